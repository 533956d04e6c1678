import type { AnyDatabase, Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import { lockRoom, setCeiling, setRedisBehind } from './room-store.ts';
import { entrantBytes } from './shuffle.ts';

/** What MariaDB knows of somebody: in the lobby, with a number, or nothing. */
export type Known = 'lobby' | number | undefined;

export interface Limit {
  readonly maxPlaces: number;
}

/**
 * Writes people into the lobby, each once.
 * @returns for all of them the same: whether they are in it, or that it is closed or full
 */
export async function addToLobby(
  db: AnyDatabase,
  sessionId: string,
  { entrants, maxPlaces }: Limit & { readonly entrants: readonly Buffer[] },
): Promise<'lobby' | 'closed' | 'full'> {
  return await db.transaction(async (trx) => {
    const room = await lockRoom(trx, sessionId);
    if (room?.state !== 'lobby') return 'closed';
    if (room.lobby_count >= maxPlaces) return 'full';
    const rows = sorted(entrants).map((entrant) => sql`(${sessionId}, ${entrant})`);
    const { numAffectedRows = 0n } = await sql`
      INSERT IGNORE INTO waiting_entrants (session_id, entrant) VALUES ${sql.join(rows)}`.execute(trx);
    await sql`
      UPDATE waiting_rooms SET lobby_count = lobby_count + ${Number(numAffectedRows)}
      WHERE id = ${sessionId}`.execute(trx);
    return 'lobby';
  });
}

/** @returns by the entrants' ids in hexadecimal digits */
export async function findEntrants(
  db: Executor,
  sessionId: string,
  entrants: readonly Buffer[],
): Promise<ReadonlyMap<string, Known>> {
  const { rows } = await sql<{ entrant: Buffer; number: number | null }>`
    SELECT entrant, number FROM waiting_entrants
    WHERE session_id = ${sessionId} AND entrant IN (${sql.join([...entrants])})`.execute(db);
  return new Map(rows.map(({ entrant, number }) => [entrant.toString('hex'), number ?? 'lobby']));
}

/** Gives numbers without Redis: slower, and lasting. Those who have one already, or are in the lobby, stay as they are. */
export async function giveNumbers(
  db: AnyDatabase,
  sessionId: string,
  { entrants, maxPlaces }: Limit & { readonly entrants: readonly Buffer[] },
): Promise<ReadonlyMap<string, Known>> {
  return await db.transaction(async (trx) => {
    const room = await lockRoom(trx, sessionId);
    if (!room || room.state === 'lobby') return new Map();
    const known = new Map(await findEntrants(trx, sessionId, entrants));
    const from = Math.max(room.ceiling, room.lobby_count);
    const unknown = entrants.filter((entrant) => !known.has(entrant.toString('hex')));
    const fresh = unknown.slice(0, Math.max(0, maxPlaces - from));
    if (fresh.length === 0) return known;
    for (const [place, entrant] of fresh.entries()) known.set(entrant.toString('hex'), from + place + 1);
    const rows = sorted(fresh).map((entrant) => sql`(${sessionId}, ${entrant}, ${known.get(entrant.toString('hex'))})`);
    await sql`INSERT INTO waiting_entrants (session_id, entrant, number) VALUES ${sql.join(rows)}`.execute(trx);
    await setCeiling(trx, sessionId, from + fresh.length);
    await setRedisBehind(trx, sessionId, true);
    return known;
  });
}

/** In one order in every transaction, so that none waits for another in a circle. */
const sorted = (entrants: readonly Buffer[]) => entrants.toSorted((a, b) => a.compare(b));

/** Entrants of a page, sorted. */
const page = 20_000;

/** Everybody who was in the lobby, one after the other, sorted. */
export async function readLobby(db: AnyDatabase, sessionId: string, count: number): Promise<Buffer> {
  const all = Buffer.alloc(count * entrantBytes);
  let read = 0;
  for await (const entrants of pagesOf(db, sessionId)) {
    for (const entrant of entrants) {
      entrant.copy(all, read * entrantBytes);
      read += 1;
    }
  }
  if (read !== count) throw new Error(`the lobby of a session counts ${count} and lists ${read}`);
  return all;
}

async function* pagesOf(db: AnyDatabase, sessionId: string) {
  let after: Buffer = Buffer.alloc(0);
  for (;;) {
    const entrants = await lobbyPage(db, sessionId, { after, limit: page });
    yield entrants;
    const last = entrants.at(-1);
    if (!last || entrants.length < page) return;
    after = last;
  }
}

export interface PageOptions {
  readonly after: Buffer;
  readonly limit: number;
}

export async function lobbyPage(db: AnyDatabase, sessionId: string, { after, limit }: PageOptions): Promise<Buffer[]> {
  const { rows } = await sql<{ entrant: Buffer }>`
    SELECT entrant FROM waiting_entrants
    WHERE session_id = ${sessionId} AND entrant > ${after} AND number IS NULL
    ORDER BY entrant LIMIT ${sql.lit(limit)}`.execute(db.kysely);
  return rows.map(({ entrant }) => entrant);
}

/** Those to whom MariaDB gave numbers while Redis was down. */
export async function numberedEntrants(db: AnyDatabase, sessionId: string) {
  const { rows } = await sql<{ entrant: Buffer; number: number }>`
    SELECT entrant, number FROM waiting_entrants
    WHERE session_id = ${sessionId} AND number IS NOT NULL`.execute(db.kysely);
  return rows;
}
