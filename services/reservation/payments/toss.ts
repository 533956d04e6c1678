import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@ticketaka/platform/log';
import { outcomeOf, settledBy } from './outcome.ts';
import {
  type CancelOutcome,
  type CancelRequest,
  type ConfirmOutcome,
  type ConfirmRequest,
  type LookUpOutcome,
  OrderId,
  PaymentKey,
  type PaymentPort,
  type PaymentRecord,
  type Unknown,
  type Which,
} from './port.ts';
import { isDecline, isRefusal } from './toss-codes.ts';
import { codeOf, createTossHttp, type SendToToss, type TossAnswer, type TossOptions } from './toss-http.ts';
import { parsePayment, reasonWith, TossError } from './toss-wire.ts';

/** After these a second attempt may learn more. After a time-out it would keep the buyer waiting as long again. */
const worthRepeating: ReadonlySet<string> = new Set([
  'connection',
  'server-error',
  'unfinished',
] satisfies Unknown['reason'][]);
const pauseMs = 200;
/** The order has a payment already: this one, or another one whose answer was lost. */
const paidByAnother = 'DUPLICATED_ORDER_ID';
const contradiction = { kind: 'unknown', reason: 'contradiction' } as const;

/** The Toss Payments API, version 1: https://docs.tosspayments.com/reference. */
export function createTossPayments(options: TossOptions): PaymentPort {
  const { log, metrics } = options;
  const toss = new TossPayments(createTossHttp(options), log);
  const calls = metrics?.counter('payment_calls_total', 'Requests to the payment service, by what became of them', [
    'call',
    'outcome',
  ]);
  const seconds = metrics?.histogram('payment_call_seconds', 'Until the payment service has answered or was given up', {
    labels: ['call'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30],
  });
  async function counted<Outcome extends { readonly kind: string }>(call: string, run: () => Promise<Outcome>) {
    const end = seconds?.startTimer({ call });
    const outcome = await run();
    end?.();
    calls?.inc({ call, outcome: outcome.kind });
    return outcome;
  }
  return {
    confirm: (request) => counted('confirm', () => toss.confirm(request)),
    lookUp: (which) => counted('look-up', () => toss.lookUp(which)),
    cancel: (request) => counted('cancel', () => toss.cancel(request)),
  };
}

class TossPayments implements PaymentPort {
  readonly #send: SendToToss;
  readonly #log: Logger;

  constructor(send: SendToToss, log: Logger) {
    this.#send = send;
    this.#log = log;
  }

  async confirm(request: ConfirmRequest): Promise<ConfirmOutcome> {
    if (!isId(request.paymentKey, PaymentKey) || !isId(request.orderId, OrderId)) {
      return { kind: 'declined', code: 'INVALID_REQUEST', message: '' };
    }
    const first = await this.#confirmOnce(request);
    if (first.kind !== 'unknown' || !worthRepeating.has(first.reason)) return first;
    await delay(pauseMs);
    return await this.#confirmOnce(request);
  }

  async #confirmOnce({ idempotencyKey, ...order }: ConfirmRequest): Promise<ConfirmOutcome> {
    const { paymentKey, orderId, amount } = order;
    const body = { paymentKey, orderId, amount };
    const answer = await this.#send({ path: '/v1/payments/confirm', body, idempotencyKey });
    if (answer.kind === 'unknown') return answer;
    if (answer.status === 200) {
      const payment = parsePayment(answer.body);
      const outcome = payment ? outcomeOf(payment, order) : contradiction;
      if (outcome.kind === 'unknown') this.#contradicted('confirm', { orderId, reason: outcome.reason });
      return outcome;
    }
    const error = errorOf(answer);
    if (isDecline(error)) return { kind: 'declined', code: error.code, message: error.message };
    const unknown = unknownOf(error);
    if (unknown.reason === 'unfinished') return unknown;
    // ALREADY_PROCESSED_PAYMENT, and errors that say as little of what became of the money.
    const found = await this.lookUp({ paymentKey });
    const outcome = found.kind === 'found' ? settledBy(found.payment, order) : unknown;
    if (outcome.kind !== 'unknown' || outcome.reason !== 'unfinished') return outcome;
    return error.code === paidByAnother ? { kind: 'declined', code: error.code, message: error.message } : unknown;
  }

  async lookUp(which: Which): Promise<LookUpOutcome> {
    const path = pathOf(which);
    if (path === undefined) return { kind: 'not-found' };
    const answer = await this.#send({ path });
    if (answer.kind === 'unknown') return answer;
    if (answer.status === 404 && codeOf(answer) === 'NOT_FOUND_PAYMENT') return { kind: 'not-found' };
    if (answer.status !== 200) return unknownOf(errorOf(answer));
    const payment = parsePayment(answer.body);
    if (payment && isAsked(payment, which)) return { kind: 'found', payment };
    this.#contradicted('look-up', which);
    return contradiction;
  }

  async cancel(request: CancelRequest): Promise<CancelOutcome> {
    const { paymentKey, amount, reason, reference, balance, idempotencyKey } = request;
    if (!isId(paymentKey, PaymentKey)) return { kind: 'refused', code: 'NOT_FOUND_PAYMENT' };
    const body = { cancelReason: reasonWith(reason, reference), cancelAmount: amount, refundableAmount: balance };
    const answer = await this.#send({ path: `/v1/payments/${paymentKey}/cancel`, body, idempotencyKey });
    if (answer.kind === 'unknown') return answer;
    if (answer.status !== 200) {
      const error = errorOf(answer);
      return isRefusal(error) ? { kind: 'refused', code: error.code } : unknownOf(error);
    }
    const outcome = cancelledBy(request, parsePayment(answer.body));
    if (outcome.kind === 'unknown') this.#contradicted('cancel', { paymentKey });
    return outcome;
  }

  #contradicted(call: string, about: object) {
    this.#log.error({ call, ...about }, 'the payment service answered with something else than was asked for');
  }
}

function cancelledBy(
  { paymentKey, amount, reference }: CancelRequest,
  payment: PaymentRecord | undefined,
): CancelOutcome {
  if (payment?.paymentKey !== paymentKey) return contradiction;
  const made = payment.cancels.findLast((each) => reference === undefined || each.reference === reference);
  if (!made || made.amount !== (amount ?? made.amount)) return contradiction;
  if (amount === undefined && payment.balance !== 0) return contradiction;
  return { kind: 'cancelled', cancelKey: made.cancelKey, amount: made.amount, remaining: payment.balance };
}

interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function errorOf({ status, body }: TossAnswer): ErrorAnswer {
  const parsed = TossError.safeParse(body);
  return { status, ...(parsed.success ? parsed.data : { code: `STATUS_${status}`, message: '' }) };
}

function unknownOf({ code }: ErrorAnswer): Unknown {
  return { kind: 'unknown', reason: code === 'IDEMPOTENT_REQUEST_PROCESSING' ? 'unfinished' : 'unclear', code };
}

function isAsked(payment: PaymentRecord, which: Which): boolean {
  return 'paymentKey' in which ? payment.paymentKey === which.paymentKey : payment.orderId === which.orderId;
}

/** @returns undefined for what no payment is called: it would lead to another path */
function pathOf(which: Which): string | undefined {
  if ('paymentKey' in which) return isId(which.paymentKey, PaymentKey) ? `/v1/payments/${which.paymentKey}` : undefined;
  return isId(which.orderId, OrderId) ? `/v1/payments/orders/${which.orderId}` : undefined;
}

function isId(text: string, schema: typeof PaymentKey): boolean {
  return schema.safeParse(text).success;
}
