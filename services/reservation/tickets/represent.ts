import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import type { Label } from '../schemas/common.ts';
import type { TicketRow } from './check-in-store.ts';
import type { TicketKeys } from './token.ts';

/** A ticket as its buyer sees it. */
export interface TicketView {
  readonly id: string;
  readonly label: Label;
  readonly grade: string;
  readonly state: TicketRow['state'];
  /** What its QR code holds; null when it admits nobody. */
  readonly token: string | null;
  readonly checkedInAt: Date | null;
}

/** The tickets of a reservation, by their units. Whether the asker may see them is for the caller to know. */
export async function ticketsOf(
  db: Executor,
  { reservationId, keys }: { readonly reservationId: string; readonly keys: Pick<TicketKeys, 'sign'> },
): Promise<TicketView[]> {
  const { rows } = await sql<TicketRow & { readonly unit: number; readonly scanned_at: Date | null }>`
    SELECT t.id, t.session_id, t.unit, t.grade, t.label, t.state, t.serial, c.scanned_at
    FROM tickets t LEFT JOIN check_ins c ON c.ticket_id = t.id
    WHERE t.reservation_id = ${reservationId} ORDER BY t.unit, t.id`.execute(db);
  return rows.map(({ id, session_id: sessionId, unit, grade, label, state, serial, scanned_at: checkedInAt }) => ({
    id,
    // Written by this service, from a `Label`.
    label: JSON.parse(label) as Label,
    grade,
    state,
    token: state === 'valid' ? keys.sign({ ticketId: id, sessionId, unit, serial }) : null,
    checkedInAt,
  }));
}
