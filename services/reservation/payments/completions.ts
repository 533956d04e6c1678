import { settledBy } from './outcome.ts';
import type { Approved, PaymentPort, PaymentRecord, UnknownReason } from './port.ts';

export interface OpenPayment {
  readonly orderId: string;
  /** Undefined when the buyer did not come back to tell it: then the order is asked about. */
  readonly paymentKey?: string | undefined;
  /** Won. */
  readonly amount: number;
  /** Since the last attempt at confirming it, or since it was begun when there was none. */
  readonly ageSeconds: number;
}

/**
 * `captured`: the money is here; `refunded` of it was given back meanwhile. `declined`: it is not, and will not be.
 * `not-yet`: ask again. `never`: the payment service knows of no money, and the authorisation has lapsed.
 * `contradiction`: money was captured for this order, but another amount: give it back, and have a look.
 */
export type Resolution =
  | { readonly kind: 'captured'; readonly approval: Approved; readonly refunded: number }
  | { readonly kind: 'declined'; readonly code: string; readonly message: string }
  | { readonly kind: 'not-yet'; readonly reason: UnknownReason }
  | { readonly kind: 'never' }
  | { readonly kind: 'contradiction'; readonly paymentKey: string; readonly amount: number; readonly balance: number };

/** An authorisation lapses after ten minutes; five more for clocks that differ and for an attempt that is under way. */
const lapsedAfterSeconds = 900;

/**
 * Finds out what became of a payment by asking, never by guessing. Moves no money.
 * @param afterSeconds the age from which on a payment that is not captured never will be. @default 900
 */
export async function resolvePayment(
  port: Pick<PaymentPort, 'lookUp'>,
  open: OpenPayment,
  afterSeconds = lapsedAfterSeconds,
): Promise<Resolution> {
  const { orderId, paymentKey, ageSeconds } = open;
  const found = await port.lookUp(paymentKey === undefined ? { orderId } : { paymentKey });
  if (found.kind === 'unknown') return { kind: 'not-yet', reason: found.reason };
  const resolution = found.kind === 'found' ? judge(found.payment, open) : undefined;
  if (resolution) return resolution;
  return ageSeconds >= afterSeconds ? { kind: 'never' } : { kind: 'not-yet', reason: 'unfinished' };
}

/** @returns undefined while no money has moved, and some still may */
function judge(payment: PaymentRecord, open: OpenPayment): Resolution | undefined {
  const { paymentKey, amount, balance } = payment;
  const outcome = settledBy(payment, { ...open, paymentKey: open.paymentKey ?? paymentKey });
  if (outcome.kind === 'approved') return { kind: 'captured', approval: outcome, refunded: amount - balance };
  if (outcome.kind === 'declined') return outcome;
  return payment.state === 'captured' ? { kind: 'contradiction', paymentKey, amount, balance } : undefined;
}
