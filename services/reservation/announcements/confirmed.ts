import { type Outbox, outgoing } from '@ticketaka/platform/outbox';
import { reservationConfirmed, ticketIssued } from '../messages.ts';
import { addNotices } from '../notices/store.ts';
import { Shown } from '../schemas/reservations.ts';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';
import type { Db } from '../store/schema.ts';

export interface Booked {
  readonly row: ReservationRow;
  readonly tickets: readonly TicketRow[];
}

/** Tells the other services, and has the buyer told. */
export async function announceConfirmed(trx: Db, outbox: Outbox, booked: readonly Booked[]): Promise<void> {
  await addNotices(
    trx,
    booked.map(({ row }) => ({ reservationId: row.id, kind: 'confirmed' })),
  );
  const at = new Date().toISOString();
  await outbox.addAll(
    trx,
    booked.flatMap(({ row, tickets }) => {
      const about = aboutOf(row, at);
      const lines = tickets.map(lineOf);
      const { genre } = Shown.parse(JSON.parse(row.shown));
      return [
        outgoing(
          reservationConfirmed,
          { ...about, kind: row.kind, genre, tickets: lines, total: row.ticket_total + row.fee },
          row.id,
        ),
        outgoing(ticketIssued, { ...about, tickets: lines }, row.id),
      ];
    }),
  );
}

export function aboutOf(row: ReservationRow, at: string) {
  return {
    reservationId: row.id,
    sessionId: row.session_id,
    performanceId: row.performance_id,
    memberId: row.member_id,
    at,
  };
}

export function lineOf({ id, unit, price }: TicketRow) {
  return { ticketId: id, unit, price };
}
