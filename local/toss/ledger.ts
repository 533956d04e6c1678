import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Answer, declineAnswer, errorAnswer } from './errors.ts';
import { capturedOf, type Payment, refundedOf, representPayment } from './payment.ts';
import type { Scenario } from './scenario.ts';

export const Authorisation = z.strictObject({
  orderId: z.string().regex(/^[\w-]{6,64}$/),
  /** Won. */
  amount: z.int().min(100).max(4_000_000_000),
  orderName: z.string().min(1).max(100).default('티켓'),
});
const Confirm = z.object({ paymentKey: z.string(), orderId: z.string(), amount: z.number() });
const Cancel = z.object({
  cancelReason: z.string().min(1).max(200),
  cancelAmount: z.int().positive().optional(),
  refundableAmount: z.int().optional(),
});

/** One payment in `GET /sandbox/ledger`. Sums are won. */
export interface LedgerEntry {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly status: Payment['status'];
  readonly amount: number;
  readonly captured: number;
  readonly refunded: number;
  readonly cancels: readonly { readonly amount: number; readonly reason: string }[];
}

export interface LedgerOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** An authorisation that is older is void. */
  readonly expiresMs: number;
  /** Cancels of one payment that follow closer are turned away. */
  readonly consecutiveMs: number;
}

/** The money, by the rules of the payment service. What is asked is done at once, or answered with why not. */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #payments = new Map<string, Payment>();
  readonly #orders = new Map<string, Payment[]>();

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** The buyer agrees to pay; no money moves yet. */
  authorise({ orderId, amount, orderName }: z.output<typeof Authorisation>, scenario: Scenario): Payment {
    const payment: Payment = {
      paymentKey: `sandbox_${randomUUID().replaceAll('-', '')}`,
      orderId,
      orderName,
      amount,
      requestedAt: this.#options.now(),
      scenario,
      cancels: [],
      struck: { confirm: 0, cancel: 0 },
      status: 'IN_PROGRESS',
      captures: 0,
    };
    this.#payments.set(payment.paymentKey, payment);
    this.#orders.set(orderId, [...(this.#orders.get(orderId) ?? []), payment]);
    return payment;
  }

  byKey(paymentKey: string): Payment | undefined {
    const payment = this.#payments.get(paymentKey);
    if (payment) this.#expire(payment);
    return payment;
  }

  /** The one that was paid, if one was; else the last. */
  byOrder(orderId: string): Payment | undefined {
    const payments = this.#orders.get(orderId) ?? [];
    for (const payment of payments) this.#expire(payment);
    return payments.find(({ captures }) => captures > 0) ?? payments.at(-1);
  }

  confirm(body: unknown): Answer {
    const parsed = Confirm.safeParse(body);
    if (!parsed.success) return errorAnswer('INVALID_REQUEST');
    const { paymentKey, orderId, amount } = parsed.data;
    const payment = this.byKey(paymentKey);
    if (!payment) return errorAnswer('NOT_FOUND_PAYMENT');
    if (payment.status === 'EXPIRED') return errorAnswer('NOT_FOUND_PAYMENT_SESSION');
    if (payment.status !== 'IN_PROGRESS') return errorAnswer('ALREADY_PROCESSED_PAYMENT');
    if (payment.orderId !== orderId || payment.amount !== amount) return errorAnswer('INVALID_REQUEST');
    if ((this.#orders.get(orderId) ?? []).some(({ captures }) => captures > 0))
      return errorAnswer('DUPLICATED_ORDER_ID');
    if (payment.scenario.confirm === 'decline') {
      const { status, body: failure } = declineAnswer(payment.scenario.code);
      payment.status = 'ABORTED';
      payment.failure = z.object({ code: z.string(), message: z.string() }).parse(failure);
      return { status, body: failure };
    }
    payment.status = 'DONE';
    payment.captures += 1;
    payment.approvedAt = this.#options.now();
    return { status: 200, body: representPayment(payment) };
  }

  cancel(payment: Payment, body: unknown): Answer {
    const parsed = Cancel.safeParse(body);
    if (!parsed.success) return errorAnswer('INVALID_REQUEST');
    const { now, consecutiveMs } = this.#options;
    const isConsecutive = payment.cancelAskedAt !== undefined && now() - payment.cancelAskedAt < consecutiveMs;
    payment.cancelAskedAt = now();
    if (isConsecutive) return errorAnswer('FORBIDDEN_CONSECUTIVE_REQUEST');
    if (payment.status === 'CANCELED') return errorAnswer('ALREADY_CANCELED_PAYMENT');
    if (payment.captures === 0 || payment.scenario.cancel === 'refuse') return errorAnswer('NOT_CANCELABLE_PAYMENT');
    const balance = payment.amount - refundedOf(payment);
    const { cancelReason, cancelAmount = balance, refundableAmount = balance } = parsed.data;
    if (refundableAmount !== balance) return errorAnswer('NOT_MATCHES_REFUNDABLE_AMOUNT');
    if (cancelAmount > balance) return errorAnswer('NOT_CANCELABLE_AMOUNT');
    payment.cancels.push({
      transactionKey: randomUUID().replaceAll('-', '').toUpperCase(),
      cancelAmount,
      cancelReason,
      refundableAmount: balance - cancelAmount,
      canceledAt: now(),
    });
    payment.status = cancelAmount === balance ? 'CANCELED' : 'PARTIAL_CANCELED';
    return { status: 200, body: representPayment(payment) };
  }

  entries(): LedgerEntry[] {
    return [...this.#payments.values()].map((payment) => {
      this.#expire(payment);
      const { paymentKey, orderId, status, amount, cancels } = payment;
      return {
        paymentKey,
        orderId,
        status,
        amount,
        captured: capturedOf(payment),
        refunded: refundedOf(payment),
        cancels: cancels.map(({ cancelAmount, cancelReason }) => ({ amount: cancelAmount, reason: cancelReason })),
      };
    });
  }

  #expire(payment: Payment) {
    const { now, expiresMs } = this.#options;
    if (payment.status !== 'IN_PROGRESS' || now() - payment.requestedAt <= expiresMs) return;
    payment.status = 'EXPIRED';
    payment.failure = { code: 'EXPIRED_PAYMENT', message: '결제가 만료되었습니다. 다시 시도해주세요.' };
  }
}
