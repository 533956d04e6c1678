import type { Database } from '@ticketaka/platform/mariadb';
import { dayInSeoul } from '../domain/seoul.ts';
import type { PerformanceDocument } from '../schemas/feed.ts';
import { documentsOf } from '../store/documents.ts';
import type { Schema } from '../store/schema.ts';
import type { Catalogue } from './catalogue.ts';
import { Rankings } from './rankings.ts';
import { readRankings } from './read-rankings.ts';

/** Documents of one statement. */
const batch = 200;

export interface Differences {
  readonly changed: number;
  readonly removed: number;
}

/**
 * Compares the catalogue with MariaDB, and takes from there whatever differs: everything when the catalogue is empty.
 * All is read in one REPEATABLE READ transaction, page by page; changes that the feed brings meanwhile are newer and
 * stay. The database is right about what there is, also when it has gone back in time.
 * @throws Unavailable when MariaDB is away
 */
export async function reconcile(
  catalogue: Catalogue,
  db: Pick<Database<Schema>, 'kysely'>,
  now: () => Date,
): Promise<Differences> {
  const reading = db.kysely.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return await reading.execute(async (trx) => {
    const before: Before = { here: new Map(), removed: new Map(catalogue.removed) };
    for (const id of catalogue.ids()) before.here.set(id, stampOf(catalogue, id));
    const rows = await trx.selectFrom('performances').select(['id', 'version', 'updated_at']).execute();
    catalogue.setRankings(new Rankings(await readRankings(trx, dayInSeoul(now()))), now());
    const differing = rows
      .filter(({ id, version, updated_at }) => {
        const here = before.here.get(id);
        return here?.version !== version || here.updatedAt !== updated_at.toISOString();
      })
      .map(({ id }) => id);
    // Nobody was shown an empty catalogue.
    const seenAt = before.here.size > 0 ? now() : undefined;
    let changed = 0;
    for (let from = 0; from < differing.length; from += batch) {
      for (const document of await documentsOf(trx, differing.slice(from, from + batch))) {
        if (take(catalogue, { document, before, seenAt })) changed += 1;
      }
    }
    const there = new Set(rows.map(({ id }) => id));
    let removed = 0;
    for (const id of before.here.keys()) {
      // Ids are never used again: what was here before the look and was not found is gone, whatever came since.
      if (!there.has(id) && catalogue.remove(id, { version: catalogue.versionOf(id), at: now() })) removed += 1;
    }
    return { changed, removed };
  });
}

/** A database that went back in time gives the numbers of versions again, to others: the time tells them apart. */
interface Stamp {
  readonly version: number;
  readonly updatedAt: string | undefined;
}

function stampOf(catalogue: Catalogue, id: string): Stamp {
  return { version: catalogue.versionOf(id), updatedAt: catalogue.card(id)?.updatedAt };
}

/** What the catalogue had before the database was asked. */
interface Before {
  readonly here: Map<string, Stamp>;
  readonly removed: ReadonlyMap<string, number>;
}

interface Read {
  readonly document: PerformanceDocument;
  readonly before: Before;
  readonly seenAt: Date | undefined;
}

function take(catalogue: Catalogue, { document, before, seenAt }: Read): boolean {
  const known = seenAt && { seenAt };
  if (catalogue.put(document, known)) return true;
  const { id, version, updatedAt } = document;
  const here = before.here.get(id);
  // Older than what was here before it was read, another of its version, or removed then: that was undone. Older than
  // what came since: late.
  const now = stampOf(catalogue, id);
  const undone = here
    ? here.version === now.version && here.updatedAt === now.updatedAt && isOther({ version, updatedAt }, here)
    : before.removed.get(id) === now.version;
  if (undone) catalogue.replace(document, known);
  return undone;
}

function isOther(read: Stamp, here: Stamp): boolean {
  return read.version < here.version || (read.version === here.version && read.updatedAt !== here.updatedAt);
}
