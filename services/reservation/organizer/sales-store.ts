import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** Tickets of one grade, as it was called when they were booked. */
export interface GradeSales {
  readonly grade: string;
  readonly sold: number;
  readonly claimed: number;
  readonly complimentary: number;
  readonly checkedIn: number;
  /** Won, without booking fees. */
  readonly wonTaken: number;
  readonly wonRefunded: number;
}

/** Tickets of claims that were never paid count for nothing. */
export async function salesByGrade(db: Executor, sessionId: string): Promise<readonly GradeSales[]> {
  const number = (expression: ReturnType<typeof sql>) => sql`CAST(COALESCE(SUM(${expression}), 0) AS SIGNED)`;
  const { rows } = await sql<GradeSales>`
    SELECT t.grade,
      ${number(sql`t.state = 'valid' AND r.kind = 'bought'`)} AS sold,
      ${number(sql`t.state = 'pending'`)} AS claimed,
      ${number(sql`t.state = 'valid' AND r.kind = 'complimentary'`)} AS complimentary,
      ${number(sql`t.state = 'valid' AND c.ticket_id IS NOT NULL`)} AS checkedIn,
      ${number(sql`IF(r.confirmed_at IS NULL, 0, t.price)`)} AS wonTaken,
      ${number(sql`IF(r.confirmed_at IS NOT NULL AND t.state = 'cancelled', t.price - COALESCE(t.cancellation_fee, 0), 0)`)} AS wonRefunded
    FROM tickets t
      JOIN reservations r ON r.id = t.reservation_id
      LEFT JOIN check_ins c ON c.ticket_id = t.id
    WHERE t.session_id = ${sessionId} GROUP BY t.grade`.execute(db);
  return rows;
}

/** Won, with booking fees. */
export interface SessionMoney {
  readonly wonTaken: number;
  readonly wonRefunded: number;
}

export async function moneyOf(db: Executor, sessionId: string): Promise<SessionMoney> {
  const { rows } = await sql<SessionMoney>`
    SELECT CAST(COALESCE(SUM(ticket_total + fee), 0) AS SIGNED) AS wonTaken,
      CAST(COALESCE(SUM(refunded), 0) AS SIGNED) AS wonRefunded
    FROM reservations WHERE session_id = ${sessionId} AND confirmed_at IS NOT NULL`.execute(db);
  return rows[0] ?? { wonTaken: 0, wonRefunded: 0 };
}

export async function blockedUnits(db: Executor, sessionId: string): Promise<readonly number[]> {
  const { rows } = await sql<{ unit: number }>`
    SELECT unit FROM seat_claims WHERE session_id = ${sessionId} AND state = 'blocked'`.execute(db);
  return rows.map(({ unit }) => unit);
}
