import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type ShuffleRecord, verifyShuffle } from './verify-shuffle.ts';

const hex = z.string().regex(/^[0-9a-f]*$/);
const page = z.object({
  commitment: hex,
  seed: hex,
  entrantsDigest: hex,
  entrants: z.array(hex),
  order: z.array(hex).optional(),
  /** What to ask for as `after`, when there is more. */
  next: hex.nullish(),
});

const usage = `Does the draw of a waiting room again from its published record, and says whether it holds.

npm run verify-draw -- <URL or file> [--commitment <hex>] [--entrant <hex>]

  <URL or file>   https://…/api/reservations/sessions/<id>/queue/draw, or its answers in one file of JSON
  --commitment    as it was published before the opening; else that of the record is believed
  --entrant       your own id in the list: says your number

Ends with 0 when it holds, 1 when it does not, 2 when the command makes no sense.`;

/**
 * Does the draw of a lobby again: reads its record from a URL, page by page, or from a file of JSON, and says whether
 * all of it holds and which number an entrant has.
 * @returns the exit status: 0 it holds, 1 it does not, 2 the command is wrong
 */
export async function verifyMain(args: readonly string[], print: (line: string) => void): Promise<number> {
  const asked = parsed(args);
  if (!asked || asked.values.help === true) {
    print(usage);
    return asked ? 0 : 2;
  }
  const { values, source } = asked;
  const record = await read(source);
  if (values.commitment !== undefined && values.commitment !== record.commitment) {
    print('DOES NOT HOLD: this is not the commitment that was published before the opening');
    return 1;
  }
  const verdict = await verifyShuffle(record);
  if (!verdict.holds) {
    print(`DOES NOT HOLD: ${faults[verdict.fault]}`);
    return 1;
  }
  print(`It holds: ${record.entrants.length} entrants, drawn by the seed that was committed to.`);
  if (values.entrant === undefined) return 0;
  const place = verdict.order.indexOf(values.entrant);
  print(place === -1 ? 'This entrant was not in the lobby.' : `This entrant has the number ${place + 1}.`);
  return place === -1 ? 1 : 0;
}

/** @returns undefined when the command makes no sense */
function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = { commitment: text, entrant: text, help: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [source = ''] = positionals;
    return source === '' && values.help !== true ? undefined : { values, source };
  } catch {
    return undefined;
  }
}

const faults = {
  seed: 'the seed is not the one that was committed to',
  entrants: 'the list of entrants is not the one that was fixed at the opening',
  order: 'the order is not the one that the seed gives',
} as const;

async function read(source: string): Promise<ShuffleRecord> {
  if (!/^https?:/.test(source)) return page.parse(JSON.parse(await readFile(source, 'utf8')));
  const url = new URL(source);
  const first = await fetchPage(url);
  const entrants = [...first.entrants];
  let { next } = first;
  while (next) {
    url.searchParams.set('after', next);
    const more = await fetchPage(url);
    for (const entrant of more.entrants) entrants.push(entrant);
    next = more.next;
  }
  return { ...first, entrants };
}

async function fetchPage(url: URL) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} answered ${response.status}`);
  return page.parse(await response.json());
}

if (import.meta.main) {
  try {
    process.exitCode = await verifyMain(process.argv.slice(2), console.log);
  } catch (error) {
    console.error(`The record cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  }
}
