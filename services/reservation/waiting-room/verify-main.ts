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

const usage = 'usage: verify-shuffle <URL or file> [--commitment <as noted before the opening>] [--entrant <your id>]';

/**
 * Does the draw of a lobby again: reads its record from a URL, page by page, or from a file of JSON, and says whether
 * all of it holds and which number an entrant has.
 * @returns the exit status: 0 it holds, 1 it does not, 2 the command is wrong
 */
export async function verifyMain(args: readonly string[], print: (line: string) => void): Promise<number> {
  const options = { commitment: { type: 'string' }, entrant: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [source] = positionals;
  if (source === undefined) {
    print(usage);
    return 2;
  }
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
  process.exitCode = await verifyMain(process.argv.slice(2), console.log);
}
