import { z } from 'zod';

/** What the payment service calls a payment. It comes from the buyer's browser, and goes into paths. */
export const PaymentKey = z
  .string()
  .max(200)
  .regex(/^[\w-]+$/);
/** What we call it. Six to 64 characters, so a UUID is one. */
export const OrderId = z.string().regex(/^[\w-]{6,64}$/);

/** What was to be paid. Amounts are integer won. */
export interface Order {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly amount: number;
}

export interface ConfirmRequest extends Order {
  /** At most 300 characters. The same for every attempt at this payment, and for no other one. */
  readonly idempotencyKey: string;
}

export type Which = { readonly paymentKey: string } | { readonly orderId: string };

export interface CancelRequest {
  readonly paymentKey: string;
  /** Won. @default all that is left */
  readonly amount?: number;
  /** The buyer may get to see it: at most 100 characters. */
  readonly reason: string;
  /**
   * Ours for this refund, at most 64 characters of `[\w.-]`, the same in every attempt: look-ups tell it with what was
   * cancelled, so that one can see whether this refund was made.
   */
  readonly reference?: string;
  /** Won that must be left before it; when something else is, nothing is cancelled. Guards a repeated attempt. */
  readonly balance?: number;
  /** At most 300 characters. */
  readonly idempotencyKey: string;
}

/** The money is captured, exactly what was asked for. */
export interface Approved {
  readonly kind: 'approved';
  readonly paymentKey: string;
  readonly approvedAt: Date;
  readonly amount: number;
  /** As the payment service names it: `카드`. */
  readonly method: string;
  readonly receiptUrl?: string;
}

/**
 * No money was taken, and for this payment none will be. With `DUPLICATED_ORDER_ID` another payment has paid for the
 * order: ask about the order before letting its seats go.
 */
export interface Declined {
  readonly kind: 'declined';
  /** The payment service's own: `REJECT_CARD_PAYMENT`. */
  readonly code: string;
  readonly message: string;
}

/**
 * Why nobody knows. `not-sent`: nothing left this process now (an earlier attempt may have); `server-error`: 5xx;
 * `unclear`: an error that says nothing of the outcome; `unfinished`: the payment is still under way; `contradiction`: the answer is
 * unreadable, or speaks of another payment or amount.
 */
export type UnknownReason =
  | 'timeout'
  | 'connection'
  | 'not-sent'
  | 'server-error'
  | 'unclear'
  | 'unfinished'
  | 'contradiction';

export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: UnknownReason;
  readonly code?: string;
}

export interface CancelRecord {
  readonly cancelKey: string;
  readonly amount: number;
  /** Of the request that made it, when it was one of ours. */
  readonly reference?: string;
}

/** A payment as the payment service has it. */
export interface PaymentRecord {
  readonly paymentKey: string;
  readonly orderId: string;
  /** `open`: the buyer is still at it, or it waits for us. `captured` stays when a part was given back. */
  readonly state: 'open' | 'captured' | 'cancelled' | 'failed';
  readonly amount: number;
  /** What is left after cancels. */
  readonly balance: number;
  readonly cancels: readonly CancelRecord[];
  readonly method?: string;
  readonly approvedAt?: Date;
  readonly receiptUrl?: string;
  readonly failure?: { readonly code: string; readonly message: string };
}

export type ConfirmOutcome = Approved | Declined | Unknown;
export type LookUpOutcome =
  | { readonly kind: 'found'; readonly payment: PaymentRecord }
  | { readonly kind: 'not-found' }
  | Unknown;
export type CancelOutcome =
  | { readonly kind: 'cancelled'; readonly cancelKey: string; readonly amount: number; readonly remaining: number }
  | { readonly kind: 'refused'; readonly code: string }
  | Unknown;

/** A payment service. What becomes of a request is a value: none of these throws because of what the other side does. */
export interface PaymentPort {
  /** Takes the money that the buyer has authorised. May be repeated with the same idempotency key. */
  confirm(request: ConfirmRequest): Promise<ConfirmOutcome>;
  lookUp(which: Which): Promise<LookUpOutcome>;
  /** Gives money back, all or a part. */
  cancel(request: CancelRequest): Promise<CancelOutcome>;
}
