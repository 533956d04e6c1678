import type { AnyDatabase } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/**
 * Rows that are there for the sale of one session alone, by the column that names it. The record of what was sold is not
 * among them: see docs/retention.md.
 */
const ofSale = [
  { table: 'waiting_entrants', column: 'session_id' },
  { table: 'waiting_rooms', column: 'id' },
  { table: 'waitlist_units', column: 'session_id' },
  { table: 'waitlist', column: 'session_id' },
  { table: 'waitlist_sessions', column: 'id' },
  { table: 'member_sessions', column: 'session_id' },
] as const;

export interface PruneOptions {
  readonly db: AnyDatabase;
  readonly sessionId: string;
  /** Rows of one statement, so that no lock is held for long. */
  readonly chunk: number;
  readonly signal: AbortSignal;
}

/** Deletes what the sale of a session has left behind, chunk by chunk. Two at once share the work. @returns rows */
export async function pruneSession(options: PruneOptions): Promise<number> {
  const { db, sessionId, signal } = options;
  let total = 0;
  for (const { table, column } of ofSale) total += await pruneTable(options, table, column);
  total += await pruneNotices(options);
  if (!signal.aborted)
    await sql`UPDATE sessions SET pruned_at = NOW(3) WHERE session_id = ${sessionId}`.execute(db.kysely);
  return total;
}

async function pruneTable(
  { db, sessionId, chunk, signal }: PruneOptions,
  table: string,
  column: string,
): Promise<number> {
  let total = 0;
  while (!signal.aborted) {
    const { numAffectedRows = 0n } = await sql`
      DELETE FROM ${sql.table(table)} WHERE ${sql.ref(column)} = ${sessionId} LIMIT ${sql.lit(chunk)}`.execute(
      db.kysely,
    );
    total += Number(numAffectedRows);
    if (numAffectedRows < chunk) break;
  }
  return total;
}

/** Those that were written. */
async function pruneNotices({ db, sessionId, chunk, signal }: PruneOptions): Promise<number> {
  let total = 0;
  while (!signal.aborted) {
    const { rows } = await sql<{ id: string }>`
      SELECT n.id FROM reservations r JOIN notices n ON n.reservation_id = r.id
      WHERE r.session_id = ${sessionId} AND n.due_at IS NULL LIMIT ${sql.lit(chunk)}`.execute(db.kysely);
    if (rows.length === 0) break;
    const ids = rows.map(({ id }) => id);
    await sql`DELETE FROM notices WHERE id IN (${sql.join(ids)})`.execute(db.kysely);
    total += rows.length;
  }
  return total;
}
