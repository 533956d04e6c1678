import { problem } from '@ticketaka/platform/http';
import type { Outbox } from '@ticketaka/platform/outbox';
import { sql } from 'kysely';
import { announceCancelled } from '../announcements/cancelled.ts';
import type { Happening } from '../domain/reservation-states.ts';
import { errors } from '../errors.ts';
import type { NoticeKind } from '../notices/store.ts';
import { paymentsOf, requestRefund } from '../payments/index.ts';
import { stateAfter, writeMoves } from '../store/moves.ts';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';
import type { Db, StoredState } from '../store/schema.ts';
import { announceReleased, type Released, releaseUnits } from './release.ts';

export interface Cancellation {
  /** Locked by the caller. */
  readonly row: ReservationRow;
  /** Those that are given back, with what is kept of each. */
  readonly tickets: readonly { readonly ticket: TicketRow; readonly fee: number }[];
  /** Whether none is left afterwards. */
  readonly whole: boolean;
  /** Won that go back. */
  readonly refund: number;
  readonly on: Extract<Happening, 'cancelled' | 'ticket_cancelled' | 'show_cancelled'>;
  /** Whose doing it is. */
  readonly by: string | null;
  /** Names this refund among those of the reservation. */
  readonly key: string;
  readonly notice?: Extract<NoticeKind, 'cancelled' | 'session-cancelled'>;
}

/** Takes tickets back: the seats are free, the money is owed, and everybody hears of it, or nothing happens. */
export async function cancelTickets(trx: Db, outbox: Outbox, cancellation: Cancellation): Promise<Released> {
  const { row, tickets, whole, refund, on, by, notice } = cancellation;
  const next = stateAfter(row.state, on);
  for (const { ticket, fee } of tickets) {
    await trx
      .updateTable('tickets')
      .set({ state: 'cancelled', cancellation_fee: fee, cancelled_at: sql<Date>`NOW(3)` })
      .where('id', '=', ticket.id)
      .execute();
  }
  const given = tickets.map(({ ticket }) => ticket);
  await trx
    .updateTable('reservations')
    // A stored reservation never becomes a hold again.
    .set({ state: next as StoredState, refunded: sql<number>`refunded + ${refund}` })
    .where('id', '=', row.id)
    .execute();
  const released = await releaseUnits(
    trx,
    row,
    given.map(({ unit }) => unit),
  );
  await writeMoves(trx, [
    { reservationId: row.id, from: row.state, on, by, detail: { tickets: given.length, refund } },
  ]);
  if (refund > 0) await owe(trx, cancellation);
  await announceReleased(trx, outbox, released);
  await announceCancelled(trx, outbox, { row, tickets: given, refund, whole, ...(notice && { notice }) });
  return released;
}

async function owe(trx: Db, { row, refund, key }: Cancellation) {
  const payments = await paymentsOf(trx, row.id);
  const paid = payments.find(({ state }) => state === 'captured');
  const asked =
    paid &&
    (await requestRefund(trx, { paymentId: paid.id, amount: refund, reason: '예매 취소', idempotencyKey: key }));
  // Nothing of the cancellation may stand if its money cannot go back.
  if (asked?.kind !== 'requested') throw problem(errors, 'not_cancellable', { cause: asked });
}
