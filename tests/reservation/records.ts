import type { Database } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import type { Schema } from '../../services/reservation/store/schema.ts';
import type { AuditRow, Claim, Records, StoredPayment, StoredReservation, StoredTicket } from './history.ts';

type TicketRow = Omit<StoredTicket, 'soldAt' | 'endedAt'> & {
  readonly soldAt: Date | null;
  readonly endedAt: Date | null;
};

/** All that the service has written down. */
export async function readRecords({ kysely }: Database<Schema>): Promise<Records> {
  const [claims, reservations, tickets, taken, payments, refunds, audit, outbox] = await Promise.all([
    sql<Claim>`SELECT session_id AS sessionId, unit, reservation_id AS reservationId, state FROM seat_claims`.execute(
      kysely,
    ),
    sql<StoredReservation>`
      SELECT id, session_id AS sessionId, member_id AS memberId, hold_id AS holdId, kind, state,
        ticket_total AS ticketTotal, fee, refunded FROM reservations`.execute(kysely),
    sql<TicketRow>`
      SELECT t.id, t.reservation_id AS reservationId, t.session_id AS sessionId, t.unit, t.price, t.state,
        r.confirmed_at AS soldAt, t.cancelled_at AS endedAt
      FROM tickets t JOIN reservations r ON r.id = t.reservation_id`.execute(kysely),
    sql<Records['taken'][number]>`
      SELECT session_id AS sessionId, member_id AS memberId, taken FROM member_sessions`.execute(kysely),
    sql<StoredPayment>`
      SELECT id, reservation_id AS reservationId, order_id AS orderId, provider_key AS providerKey, state, amount, refunded
      FROM payments`.execute(kysely),
    sql<Records['refunds'][number]>`SELECT id, reservation_id AS reservationId, state FROM refunds`.execute(kysely),
    sql<AuditRow>`
      SELECT reservation_id AS reservationId, event, from_state AS \`from\`, to_state AS \`to\`
      FROM reservation_audit ORDER BY id`.execute(kysely),
    sql<{ n: number }>`SELECT COUNT(*) AS n FROM outbox`.execute(kysely),
  ]);
  return {
    claims: claims.rows,
    reservations: reservations.rows,
    tickets: tickets.rows.map((row) => ({
      ...row,
      soldAt: row.soldAt?.getTime(),
      endedAt: row.endedAt?.getTime(),
    })),
    taken: taken.rows,
    payments: payments.rows,
    refunds: refunds.rows,
    audit: audit.rows,
    outbox: Number(outbox.rows[0]?.n),
  };
}

/** Longer than a request or a call to the payment service takes here, in seconds. */
const inHandSeconds = 8;
/** How long a worker has its work to itself, in seconds. */
const leases = { reservations: 60, refunds: 120, outbox: 10 } as const;

/**
 * Lets the time pass that work waits for: claims that nobody brought to an end, refunds that were put off, and all that a
 * worker had in hand when it died. What was begun a moment ago is not touched.
 */
export async function letTimePass({ kysely }: Database<Schema>): Promise<void> {
  const isLeft = (table: keyof typeof leases) => sql`
    (lease_token IS NULL OR due_at < NOW(3) + INTERVAL ${leases[table] - inHandSeconds} SECOND)`;
  await sql`
    UPDATE reservations SET due_at = NOW(3), expires_at = NOW(3)
    WHERE state = 'CLAIMED' AND ${isLeft('reservations')}`.execute(kysely);
  await sql`
    UPDATE reservation_audit a JOIN reservations r ON r.id = a.reservation_id
    SET a.at = LEAST(a.at, NOW(3) - INTERVAL 20 MINUTE) WHERE r.state = 'CLAIMED'`.execute(kysely);
  await sql`
    UPDATE refunds SET due_at = NOW(3) WHERE state = 'waiting' AND ${isLeft('refunds')}`.execute(kysely);
  await sql`UPDATE outbox SET due_at = NOW(3) WHERE due_at > NOW(3) AND ${isLeft('outbox')}`.execute(kysely);
}
