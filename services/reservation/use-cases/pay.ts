import { platformErrors } from '@ticketaka/platform/contract';
import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import { type Payable, settlePayment } from '../claims/index.ts';
import { errors } from '../errors.ts';
import type { Approved, CapturedPayment } from '../payments/index.ts';
import { writeMoves } from '../store/moves.ts';
import { lockReservations, type ReservationRow, reservationById, type TicketRow } from '../store/reservations.ts';
import type { Parts } from './parts.ts';
import { showSettled } from './release-picture.ts';

/** `pending`: whether the money was taken is not known yet; the worker finds out. */
export interface Booking {
  readonly row: ReservationRow;
  readonly pending: boolean;
  /** Of the row, where they were read with it. */
  readonly tickets?: readonly TicketRow[];
}

type PayParts = Pick<
  Parts,
  'db' | 'claims' | 'payments' | 'outbox' | 'ticketsSold' | 'image' | 'pictures' | 'sessions' | 'log'
>;

/**
 * Takes the money for a claim, if there is any to take, and makes it a sale.
 * @throws Problem payment_declined: the claim stands for a while, and another card may be tried; hold_not_found,
 *   idempotency_in_progress
 */
export async function pay(
  parts: PayParts,
  row: Payable,
  { by, paymentKey = row.payment_key }: { readonly by: string; readonly paymentKey?: string | null },
): Promise<Booking> {
  const amount = row.ticket_total + row.fee;
  if (amount === 0) return await confirm(parts, row, null);
  if (paymentKey === null) throw new TypeError(`reservation ${row.id} has nothing to pay with`);
  await noteKey(parts, row, paymentKey);
  const outcome = await parts.payments.confirm({
    paymentKey,
    orderId: row.hold_id,
    amount,
    idempotencyKey: `${row.id}:${paymentKey}`,
  });
  if (outcome.kind === 'approved') return await confirm(parts, row, capturedOf(row, outcome));
  if (outcome.kind === 'declined') {
    const sold = await noteDeclined(parts, row, { by, paymentKey, code: outcome.code });
    if (sold) return { row: sold, pending: false };
    throw problem(errors, 'payment_declined', { extensions: { reason: outcome.code } });
  }
  return await noteUnknown(parts, row);
}

export function capturedOf(row: Payable, approved: Approved): CapturedPayment {
  const { paymentKey, amount, approvedAt, method, receiptUrl } = approved;
  return {
    id: newId(),
    reservationId: row.id,
    provider: 'toss',
    providerKey: paymentKey,
    orderId: row.hold_id,
    amount,
    approvedAt,
    method,
    receiptUrl,
  };
}

async function confirm(parts: PayParts, row: Payable, payment: CapturedPayment | null): Promise<Booking> {
  const outcome = await parts.claims.confirm(row.session_id, { reservationId: row.id, payment });
  if (outcome.kind === 'confirmed') return { row: outcome.row, tickets: outcome.tickets, pending: false };
  // Another payment may have made the sale, and then this one goes back.
  if (payment) {
    await showSettled(parts, await settlePayment(parts, payment));
  }
  const now = await reservationById(parts.db.kysely, row.id);
  if (!now) throw new Error(`reservation ${row.id} has gone`);
  // Free seats, which were let go at the same moment, or whose session was called off.
  if (now.state === 'EXPIRED') throw problem(errors, 'hold_not_found');
  return { row: now, pending: false };
}

/**
 * Before the payment service is asked: should this process die, the worker knows what to ask about. No money moves for a
 * claim that has ended meanwhile, since nobody would ask, nor while another payment for it is under way.
 * @throws Problem hold_not_found, idempotency_in_progress
 */
async function noteKey({ db }: PayParts, row: Payable, paymentKey: string) {
  if (row.payment_key === paymentKey) return;
  const { numUpdatedRows } = await db.kysely
    .updateTable('reservations')
    .set({ payment_key: paymentKey })
    .where('id', '=', row.id)
    .where('state', '=', 'CLAIMED')
    .where('payment_key', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return;
  const now = await reservationById(db.kysely, row.id);
  if (now?.state !== 'CLAIMED') throw problem(errors, 'hold_not_found');
  if (now.payment_key !== paymentKey)
    throw problem(platformErrors, 'idempotency_in_progress', { retryAfterSeconds: 2 });
}

/** A webhook or the worker may have found out meanwhile: then that is how it went. */
async function noteUnknown({ db }: PayParts, row: Payable): Promise<Booking> {
  return await db.transaction(async (trx) => {
    const [now] = await lockReservations(trx, [row.id]);
    if (!now) throw new Error(`reservation ${row.id} has gone`);
    if (now.state !== 'CLAIMED') return { row: now, pending: false };
    await writeMoves(trx, [{ reservationId: row.id, from: 'CLAIMED', on: 'payment_unknown', by: null }]);
    return { row: now, pending: true };
  });
}

interface DeclinedPayment {
  readonly by: string;
  readonly paymentKey: string;
  readonly code: string;
}

/** @returns the reservation when another payment has made the sale, which may be why this one was declined */
async function noteDeclined(
  { db }: PayParts,
  row: Payable,
  { by, paymentKey, code }: DeclinedPayment,
): Promise<ReservationRow | undefined> {
  return await db.transaction(async (trx) => {
    const [now] = await lockReservations(trx, [row.id]);
    if (now?.state !== 'CLAIMED') return now?.state === 'CONFIRMED' ? now : undefined;
    // The worker may have found it declined before, and another card be under way by now.
    if (now.payment_key === paymentKey)
      await trx.updateTable('reservations').set({ payment_key: null }).where('id', '=', row.id).execute();
    await writeMoves(trx, [{ reservationId: row.id, from: 'CLAIMED', on: 'payment_declined', by, detail: { code } }]);
    return undefined;
  });
}
