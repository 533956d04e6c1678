import { newId } from '@ticketaka/platform/ids';
import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import type { RefundState } from './schema.ts';

export interface RefundRequest {
  readonly paymentId: string;
  /** Won, more than none. */
  readonly amount: number;
  /** The buyer may get to see it: at most 100 characters. */
  readonly reason: string;
  /** At most 128 ASCII characters; names what is refunded: `cancellation:<id>`. The same again is the same refund. */
  readonly idempotencyKey: string;
}

/** `exceeds`: more than the payment has left, or it is not captured. Nothing is stored. */
export type RequestedRefund =
  | { readonly kind: 'requested'; readonly id: string }
  | { readonly kind: 'there-already'; readonly id: string; readonly amount: number }
  | { readonly kind: 'exceeds' };

/**
 * Stores a refund that is due now. All refunds of a payment, made or not, never come to more than its amount: the row
 * of the payment is locked until the end of the transaction.
 */
export async function requestRefund(trx: Executor, request: RefundRequest): Promise<RequestedRefund> {
  const { paymentId, amount, reason, idempotencyKey } = request;
  const { rows: payments } = await sql<{ reservation_id: string }>`
    SELECT reservation_id FROM payments WHERE id = ${paymentId} FOR UPDATE`.execute(trx);
  const [payment] = payments;
  if (!payment) return { kind: 'exceeds' };
  const { rows: same } = await sql<{ id: string; amount: number }>`
    SELECT id, amount FROM refunds
    WHERE payment_id = ${paymentId} AND idempotency_key = ${idempotencyKey}`.execute(trx);
  if (same[0]) return { kind: 'there-already', ...same[0] };
  const { numAffectedRows } = await sql`
    UPDATE payments SET refunding = refunding + ${amount}
    WHERE id = ${paymentId} AND state IN ('captured', 'voided') AND refunding + ${amount} <= amount`.execute(trx);
  if (numAffectedRows !== 1n) return { kind: 'exceeds' };
  const id = newId();
  await sql`
    INSERT INTO refunds (id, payment_id, reservation_id, amount, reason, idempotency_key, due_at)
    VALUES (${id}, ${paymentId}, ${payment.reservation_id}, ${amount}, ${reason.slice(0, 100)}, ${idempotencyKey},
      NOW(3))`.execute(trx);
  return { kind: 'requested', id };
}

export interface StoredRefund extends RefundRequest {
  readonly id: string;
  readonly reservationId: string;
  readonly state: RefundState;
  readonly cancelKey: string | null;
  readonly code: string | null;
}

/** Oldest first. */
export async function refundsOf(db: Executor, reservationId: string): Promise<readonly StoredRefund[]> {
  const { rows } = await sql<StoredRefund>`
    SELECT id, payment_id AS paymentId, reservation_id AS reservationId, amount, reason,
      idempotency_key AS idempotencyKey, state, cancel_key AS cancelKey, code
    FROM refunds WHERE reservation_id = ${reservationId} ORDER BY created_at, id`.execute(db);
  return rows;
}
