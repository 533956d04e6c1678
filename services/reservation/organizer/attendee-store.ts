import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export interface AttendeeRow {
  readonly ticketId: string;
  readonly reservationId: string;
  readonly unit: number;
  /** Null when the buyer has left. */
  readonly name: string | null;
  /** A `Label`, as JSON. */
  readonly label: string;
  readonly grade: string;
  readonly kind: 'bought' | 'complimentary';
  readonly state: 'valid' | 'cancelled';
  readonly checkedInAt: Date | null;
}

export interface AttendeePosition {
  readonly unit: number;
  readonly ticketId: string;
}

/** Everybody who has, or gave back, a ticket that was theirs, by their seats. */
export async function attendeeRows(
  db: Executor,
  sessionId: string,
  {
    limit,
    after = { unit: -1, ticketId: '' },
  }: { readonly limit: number; readonly after?: AttendeePosition | undefined },
): Promise<readonly AttendeeRow[]> {
  const { rows } = await sql<AttendeeRow>`
    SELECT t.id AS ticketId, t.reservation_id AS reservationId, t.unit, b.name, t.label, t.grade, r.kind, t.state,
      c.scanned_at AS checkedInAt
    FROM tickets t
      JOIN reservations r ON r.id = t.reservation_id
      LEFT JOIN buyers b ON b.member_id = r.member_id AND NOT b.erased
      LEFT JOIN check_ins c ON c.ticket_id = t.id
    WHERE t.session_id = ${sessionId} AND t.state <> 'pending' AND r.confirmed_at IS NOT NULL
      AND t.unit >= ${Math.max(0, after.unit)} AND (t.unit > ${after.unit} OR t.id > ${after.ticketId})
    ORDER BY t.unit, t.id LIMIT ${sql.lit(limit)}`.execute(db);
  return rows;
}
