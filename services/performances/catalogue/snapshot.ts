import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { PerformanceDocument } from '../schemas/feed.ts';
import { Catalogue } from './catalogue.ts';
import { DamagedFile, readChecked, writeChecked } from './checked-file.ts';
import { RankingList, Rankings } from './rankings.ts';

/** Raised whenever what is in a snapshot changes: one of another format is not read, but built again. */
const format = 'ticketaka catalogue 1';
const lineFeed = 10;
const linesPerTurn = 200;

const Header = z.object({
  format: z.literal(format),
  /** The last change of the feed that is in here; null when there was none. */
  offset: z.int().min(0).nullable(),
  /** Epoch milliseconds: every change from before is in here. */
  completeAt: z.int(),
  rankings: z.array(RankingList),
  removed: z.array(z.tuple([z.string(), z.int()])),
  /** Epoch milliseconds. What was changed last may have been removed, or a ranking. */
  changedAt: z.int().default(0),
});

export interface Snapshot {
  readonly catalogue: Catalogue;
  readonly offset: number | undefined;
  readonly completeAt: number;
}

/**
 * Writes the catalogue as it is. Changes that are applied meanwhile may or may not be in it, which is harmless: they come
 * after the offset, and are read again.
 */
export async function writeSnapshot(path: string, { catalogue, offset, completeAt }: Snapshot): Promise<void> {
  const ids = [...catalogue.ids()];
  const header: z.input<typeof Header> = {
    format,
    offset: offset ?? null,
    completeAt: Math.floor(completeAt),
    rankings: [...catalogue.rankings.lists],
    removed: [...catalogue.removed],
    changedAt: catalogue.changedAt,
  };
  await writeChecked(path, async (add) => {
    await add(Buffer.from(`${JSON.stringify(header)}\n`));
    for (let from = 0; from < ids.length; from += linesPerTurn) {
      const lines = ids.slice(from, from + linesPerTurn).flatMap((id) => catalogue.json(id) ?? []);
      await add(Buffer.concat(lines.flatMap((line) => [line, Buffer.of(lineFeed)])));
    }
  });
}

/**
 * Reads a snapshot into a new catalogue. The checksum is of every byte, so what passes is what was written.
 * @returns undefined when there is none
 * @throws DamagedFile when it is not one, or one of another release
 */
export async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  const content = await readChecked(path);
  if (!content) return undefined;
  const lines = linesOf(content);
  const header = headerOf(lines.next().value);
  const catalogue = new Catalogue(header.changedAt);
  // First, since the search goes by it.
  catalogue.setRankings(new Rankings(header.rankings), new Date(0));
  for (const [id, version] of header.removed) catalogue.remove(id, { version, at: new Date(0) });
  let read = 0;
  for (const line of lines) {
    // A document of this format, as it was written. Copied, so that one line does not keep the whole file in memory.
    catalogue.put(JSON.parse(line.toString('utf8')) as PerformanceDocument, { json: Buffer.from(line) });
    read += 1;
    if (read % linesPerTurn === 0) await nextTurn();
  }
  return { catalogue, offset: header.offset ?? undefined, completeAt: header.completeAt };
}

function headerOf(line: Buffer | undefined): z.output<typeof Header> {
  const header = Header.safeParse(JSON.parse(line?.toString('utf8') ?? 'null'));
  if (!header.success) throw new DamagedFile('it is of another format', { cause: header.error });
  return header.data;
}

function* linesOf(content: Buffer): Generator<Buffer, undefined, undefined> {
  for (let from = 0; from < content.length; ) {
    const end = content.indexOf(lineFeed, from);
    if (end === -1) throw new DamagedFile('its last line has no end');
    yield content.subarray(from, end);
    from = end + 1;
  }
}
