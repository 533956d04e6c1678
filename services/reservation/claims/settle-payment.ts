import { afterCommit, type Database } from '@ticketaka/platform/mariadb';
import type { Counter } from '@ticketaka/platform/metrics';
import type { Outbox } from '@ticketaka/platform/outbox';
import { announceCancelled } from '../announcements/cancelled.ts';
import { announceConfirmed } from '../announcements/confirmed.ts';
import { type CapturedPayment, captureOrVoid, insertVoided, paymentByKey, requestRefund } from '../payments/index.ts';
import { writeMoves } from '../store/moves.ts';
import {
  lockReservations,
  markSold,
  type ReservationRow,
  settleAs,
  type TicketRow,
  ticketsOf,
} from '../store/reservations.ts';
import type { Db, Schema } from '../store/schema.ts';
import { standingOf } from '../store/sessions.ts';
import { reclaim } from './reclaim.ts';
import { announceReleased, type Released, releaseUnits } from './release.ts';

export interface SettleParts {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
  /** Tickets that were sold. */
  readonly ticketsSold: Counter;
}

/** Units that were sold, for the picture in Redis: those that had been let go are free in it, or under a hold. */
export interface Taken {
  readonly sessionId: string;
  readonly memberId: string;
  /** Fencing number of the hold that they were claimed by. */
  readonly fence: number;
  readonly units: readonly number[];
}

/**
 * `confirmed`: the money bought the seats, in time or late; `refunding`: it could not, and goes back; `again`: this
 * payment was settled before.
 */
export type Settled =
  | { readonly kind: 'confirmed'; readonly taken: Taken; readonly released?: never }
  | { readonly kind: 'refunding'; readonly taken?: never; readonly released: Released | undefined }
  | { readonly kind: 'again'; readonly taken?: never; readonly released?: never };

/**
 * Settles money that was captured, whenever that is heard of: by the answer, by asking, by a webhook, twice, late. Seats
 * that had been let go are taken again when they are free; else, and when the session has begun meanwhile or was called
 * off, the money goes back by itself.
 */
export async function settlePayment(parts: SettleParts, payment: CapturedPayment): Promise<Settled> {
  return await parts.db.transaction((trx) => settleIn(trx, parts, payment));
}

/** {@link settlePayment} in the caller's transaction. */
export async function settleIn(trx: Db, parts: Omit<SettleParts, 'db'>, payment: CapturedPayment): Promise<Settled> {
  const [row] = await lockReservations(trx, [payment.reservationId]);
  if (!row) throw new Error(`a payment for reservation ${payment.reservationId}, which does not exist`);
  if (await paymentByKey(trx, payment)) return { kind: 'again' };
  if (row.state === 'CLAIMED' || row.state === 'EXPIRED') return await settle(trx, parts, { row, payment });
  // It is paid for, or it was cancelled: this is a second payment, or one too late.
  await insertVoided(trx, [payment]);
  await giveBack(trx, payment, 'late');
  return { kind: 'refunding', released: undefined };
}

interface Settling {
  readonly row: ReservationRow;
  readonly payment: CapturedPayment;
}

async function settle(
  trx: Db,
  { outbox, ticketsSold }: Omit<SettleParts, 'db'>,
  { row, payment }: Settling,
): Promise<Settled> {
  const { provider, amount } = payment;
  const tickets = await ticketsOf(trx, [row.id]);
  await captureOrVoid(trx, payment);
  const captured = { reservationId: row.id, from: row.state, on: 'payment_captured', by: null } as const;
  await writeMoves(trx, [{ ...captured, detail: { provider, amount } }]);
  const owed = amount === row.ticket_total + row.fee;
  const session = await standingOf(trx, row.session_id);
  const calledOff = session?.isCalledOff === true;
  const isSellable = owed && !calledOff;
  const has = isSellable && (row.state === 'CLAIMED' || (!session?.hasBegun && (await reclaim(trx, row, tickets))));
  if (has) {
    await markSold(trx, [row.id]);
    await writeMoves(trx, [{ reservationId: row.id, from: 'PAID', on: 'confirmed', by: null }]);
    await announceConfirmed(trx, outbox, [{ row, tickets }]);
    afterCommit(trx, () => ticketsSold.inc(tickets.length));
    return { kind: 'confirmed', taken: takenBy(row, tickets) };
  }
  await settleAs(trx, [row.id], 'CANCELLED');
  await trx.updateTable('reservations').set({ refunded: amount }).where('id', '=', row.id).execute();
  const units = row.state === 'CLAIMED' ? tickets.map(({ unit }) => unit) : [];
  const released = await releaseUnits(trx, row, units);
  await trx.updateTable('tickets').set({ state: 'cancelled' }).where('reservation_id', '=', row.id).execute();
  await writeMoves(trx, [
    { reservationId: row.id, from: 'PAID', on: calledOff ? 'show_cancelled' : 'seats_gone', by: null },
  ]);
  await announceReleased(trx, outbox, released);
  await giveBack(trx, payment, 'late');
  const notice = calledOff ? 'session-cancelled' : 'cancelled';
  await announceCancelled(trx, outbox, { row, tickets, refund: amount, whole: true, notice });
  return { kind: 'refunding', released };
}

function takenBy(
  { session_id: sessionId, member_id: memberId, fence }: ReservationRow,
  tickets: readonly TicketRow[],
): Taken {
  return { sessionId, memberId, fence, units: tickets.map(({ unit }) => unit) };
}

async function giveBack(trx: Db, { id, amount }: CapturedPayment, why: string) {
  const asked = await requestRefund(trx, { paymentId: id, amount, reason: '예매 불가', idempotencyKey: why });
  if (asked.kind === 'exceeds') throw new Error(`payment ${id} cannot be given back as a whole`);
}
