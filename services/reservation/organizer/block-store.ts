import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export interface BlockChange {
  readonly id: string;
  readonly sessionId: string;
  readonly by: string;
  readonly units: readonly number[];
  /** Why they are held back; null when they are released. */
  readonly reason: string | null;
}

/** Of the units, those that have a row, with what they are; the rows are locked. */
export async function lockUnits(
  trx: Executor,
  { sessionId, units }: Pick<BlockChange, 'sessionId' | 'units'>,
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql<{ unit: number; state: string }>`
    SELECT unit, state FROM seat_claims
    WHERE session_id = ${sessionId} AND unit IN (${sql.join(units)}) ORDER BY unit FOR UPDATE`.execute(trx);
  return new Map(rows.map(({ unit, state }) => [unit, state]));
}

/** @throws a duplicate key when somebody has one of them meanwhile */
export async function insertBlocked(trx: Executor, change: BlockChange): Promise<void> {
  const ordered = change.units.toSorted((a, b) => a - b);
  await sql`
    INSERT INTO seat_claims (session_id, unit, state)
    VALUES ${sql.join(ordered.map((unit) => sql`(${change.sessionId}, ${unit}, 'blocked')`))}`.execute(trx);
}

export async function deleteBlocked(trx: Executor, { sessionId, units }: BlockChange): Promise<void> {
  await sql`
    DELETE FROM seat_claims
    WHERE session_id = ${sessionId} AND unit IN (${sql.join(units)}) AND state = 'blocked'`.execute(trx);
}

export async function logBlocks(trx: Executor, { id, sessionId, by, units, reason }: BlockChange): Promise<void> {
  const action = reason === null ? 'released' : 'blocked';
  await sql`
    INSERT INTO block_log (change_id, session_id, unit, action, reason, member_id)
    VALUES ${sql.join(units.map((unit) => sql`(${id}, ${sessionId}, ${unit}, ${action}, ${reason}, ${by})`))}`.execute(
    trx,
  );
}

export interface BlockRow {
  readonly id: string;
  readonly unit: number;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/** The units that are held back, each with the change that did it. */
export async function blockRows(db: Executor, sessionId: string): Promise<readonly BlockRow[]> {
  const { rows } = await sql<BlockRow>`
    SELECT l.change_id AS id, c.unit, l.reason, l.member_id AS \`by\`, l.at
    FROM seat_claims c JOIN block_log l ON l.id = (
      SELECT MAX(id) FROM block_log
      WHERE session_id = c.session_id AND unit = c.unit AND action = 'blocked')
    WHERE c.session_id = ${sessionId} AND c.state = 'blocked' ORDER BY l.id`.execute(db);
  return rows;
}
