import { newId } from '@ticketaka/platform/ids';
import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export interface NewCancellation {
  readonly sessionId: string;
  readonly reason: string;
  readonly by: string;
}

/**
 * Lets nothing of the session be sold any more. Waits for claims that are being written, so that whoever asks afterwards
 * sees all that there are.
 */
export async function stopSales(trx: Executor, sessionId: string): Promise<void> {
  await sql`
    UPDATE sessions SET cancelled_at = COALESCE(cancelled_at, NOW(3)) WHERE session_id = ${sessionId}`.execute(trx);
}

/**
 * The second time nothing but those that failed are tried again. A worker that has looked before loses its lease, and does
 * not write that all is done.
 */
export async function insertCancellation(trx: Executor, { sessionId, reason, by }: NewCancellation): Promise<void> {
  const { numAffectedRows } = await sql`
    DELETE f FROM session_cancellation_failures f JOIN session_cancellations c ON c.id = f.cancellation_id
    WHERE c.session_id = ${sessionId}`.execute(trx);
  const again = (numAffectedRows ?? 0n) > 0n;
  await sql`
    INSERT INTO session_cancellations (id, session_id, reason, member_id, total, due_at)
    SELECT ${newId()}, ${sessionId}, ${reason}, ${by}, COUNT(*), NOW(3)
    FROM reservations WHERE session_id = ${sessionId} AND state IN ('CLAIMED', 'PAID', 'CONFIRMED')
    ON DUPLICATE KEY UPDATE
      due_at = IF(${again}, NOW(3), session_cancellations.due_at),
      lease_token = IF(${again}, NULL, session_cancellations.lease_token),
      finished_at = IF(${again}, NULL, finished_at)`.execute(trx);
}

export interface CancellationRow {
  readonly id: string;
  readonly session_id: string;
  readonly reason: string;
  readonly member_id: string;
  readonly total: number;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly attempts: number;
}

export interface Progress extends CancellationRow {
  /** Reservations that have not come to their end. */
  readonly open: number;
  /** Of those, the ones that could not be ended. */
  readonly failed: number;
}

export async function cancellationOf(db: Executor, sessionId: string): Promise<Progress | undefined> {
  const { rows } = await sql<Progress>`
    SELECT c.*,
      (SELECT COUNT(*) FROM reservations r
        WHERE r.session_id = c.session_id AND r.state IN ('CLAIMED', 'PAID', 'CONFIRMED')) AS open,
      (SELECT COUNT(*) FROM session_cancellation_failures f JOIN reservations r ON r.id = f.reservation_id
        WHERE f.cancellation_id = c.id AND r.state IN ('CLAIMED', 'PAID', 'CONFIRMED')) AS failed
    FROM session_cancellations c WHERE c.session_id = ${sessionId}`.execute(db);
  return rows[0];
}

/** Won. */
export interface RefundSums {
  readonly waiting: number;
  readonly made: number;
  readonly refused: number;
}

export async function refundSums(db: Executor, sessionId: string): Promise<RefundSums> {
  const { rows } = await sql<{ state: 'waiting' | 'done' | 'refused' | 'settled'; won: number }>`
    SELECT f.state, CAST(SUM(f.amount) AS SIGNED) AS won
    FROM reservations r JOIN refunds f ON f.reservation_id = r.id
    WHERE r.session_id = ${sessionId} GROUP BY f.state`.execute(db);
  const won = new Map(rows.map((row) => [row.state, row.won]));
  const of = (state: (typeof rows)[number]['state']) => won.get(state) ?? 0;
  return { waiting: of('waiting'), made: of('done') + of('settled'), refused: of('refused') };
}

/**
 * The next to be ended. A claim whose payment is under way is left to whoever finds out what became of it: its money goes
 * back then.
 */
export async function nextToEnd(
  db: Executor,
  { id, session_id }: Pick<CancellationRow, 'id' | 'session_id'>,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT r.id FROM reservations r
    WHERE r.session_id = ${session_id}
      AND (r.state IN ('PAID', 'CONFIRMED') OR (r.state = 'CLAIMED' AND r.payment_key IS NULL))
      AND NOT EXISTS (
        SELECT 1 FROM session_cancellation_failures f WHERE f.cancellation_id = ${id} AND f.reservation_id = r.id)
    LIMIT ${sql.lit(limit)}`.execute(db);
  return rows.map((row) => row.id);
}

/** Sessions that were cancelled in the last so many seconds, or ever. */
export async function cancelledSince(db: Executor, seconds: number | undefined): Promise<readonly string[]> {
  const since = seconds === undefined ? sql`'1970-01-01'` : sql`NOW(3) - INTERVAL ${seconds} SECOND`;
  const { rows } = await sql<{ session_id: string }>`
    SELECT session_id FROM session_cancellations WHERE started_at >= ${since}`.execute(db);
  return rows.map((row) => row.session_id);
}

export async function noteFailure(db: Executor, cancellationId: string, reservationId: string): Promise<void> {
  await sql`
    INSERT INTO session_cancellation_failures (cancellation_id, reservation_id)
    VALUES (${cancellationId}, ${reservationId}) ON DUPLICATE KEY UPDATE at = NOW(3)`.execute(db);
}

export async function finishCancellation(trx: Executor, id: string): Promise<void> {
  await sql`UPDATE session_cancellations SET finished_at = NOW(3) WHERE id = ${id}`.execute(trx);
}
