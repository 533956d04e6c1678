import { type Outbox, outgoing } from '@ticketaka/platform/outbox';
import { reservationCancelled } from '../messages.ts';
import { addNotices, type NoticeKind } from '../notices/store.ts';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';
import type { Db } from '../store/schema.ts';
import { aboutOf, lineOf } from './confirmed.ts';

export interface Cancelled {
  readonly row: ReservationRow;
  /** Those that were given back. */
  readonly tickets: readonly TicketRow[];
  /** Won that go back. */
  readonly refund: number;
  readonly whole: boolean;
  /** @default cancelled */
  readonly notice?: Extract<NoticeKind, 'cancelled' | 'session-cancelled'>;
}

/** Tells the other services, and has the buyer told. */
export async function announceCancelled(trx: Db, outbox: Outbox, cancelled: Cancelled): Promise<void> {
  const { row, tickets, refund, whole, notice = 'cancelled' } = cancelled;
  const detail = { ticketIds: tickets.map(({ id }) => id), refund };
  await addNotices(trx, [{ reservationId: row.id, kind: notice, detail }]);
  const about = aboutOf(row, new Date().toISOString());
  await outbox.addAll(trx, [
    outgoing(reservationCancelled, { ...about, whole, tickets: tickets.map(lineOf), refund }, row.id),
  ]);
}
