import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** Units that came back and are offered to nobody, ascending. */
export async function returnedUnits(trx: Executor, sessionId: string): Promise<readonly number[]> {
  const { rows } = await sql<{ unit: number }>`
    SELECT unit FROM waitlist_units WHERE session_id = ${sessionId} AND entry_id IS NULL ORDER BY unit FOR UPDATE`.execute(
    trx,
  );
  return rows.map(({ unit }) => unit);
}

/** What of an offer has not been claimed, ascending. */
export async function offeredUnits(db: Executor, entryId: string): Promise<readonly number[]> {
  const { rows } = await sql<{ unit: number }>`
    SELECT unit FROM waitlist_units WHERE entry_id = ${entryId} ORDER BY unit`.execute(db);
  return rows.map(({ unit }) => unit);
}

/** Units of an offer that is over: the next ones are asked. */
export async function returnOffered(trx: Executor, entryId: string): Promise<void> {
  await sql`UPDATE waitlist_units SET entry_id = NULL WHERE entry_id = ${entryId}`.execute(trx);
}

/** Those of the units that have a row already. */
export async function claimedAmong(trx: Executor, sessionId: string, units: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ unit: number }>`
    SELECT unit FROM seat_claims
    WHERE session_id = ${sessionId} AND unit IN (${sql.join([...units])}) ORDER BY unit FOR UPDATE`.execute(trx);
  return rows.map(({ unit }) => unit);
}

/** Nobody else can claim the units from then on. @throws a duplicate key when somebody has claimed one */
export async function insertOffered(trx: Executor, sessionId: string, units: readonly number[]): Promise<void> {
  const rows = units.map((unit) => sql`(${sessionId}, ${unit}, 'offered')`);
  await sql`INSERT INTO seat_claims (session_id, unit, state) VALUES ${sql.join(rows)}`.execute(trx);
}

export async function assignUnits(
  trx: Executor,
  {
    sessionId,
    entryId,
    units,
  }: { readonly sessionId: string; readonly entryId: string; readonly units: readonly number[] },
): Promise<void> {
  const rows = units.map((unit) => sql`(${sessionId}, ${unit}, ${entryId})`);
  await sql`
    INSERT INTO waitlist_units (session_id, unit, entry_id) VALUES ${sql.join(rows)}
    ON DUPLICATE KEY UPDATE entry_id = VALUES(entry_id)`.execute(trx);
}

/** Puts units that nobody waits for on sale again. */
export async function freeUnits(trx: Executor, sessionId: string, units: readonly number[]): Promise<void> {
  if (units.length === 0) return;
  const which = sql`session_id = ${sessionId} AND unit IN (${sql.join([...units])})`;
  await sql`DELETE FROM seat_claims WHERE ${which} AND state = 'offered'`.execute(trx);
  await sql`DELETE FROM waitlist_units WHERE ${which}`.execute(trx);
}
