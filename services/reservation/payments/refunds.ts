import { createDueWork, type DueRow, type DueWork, type Outcome } from '@ticketaka/platform/due-work';
import type { Logger } from '@ticketaka/platform/log';
import { afterCommit, type Database } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { CancelRequest, PaymentPort, PaymentRecord, Unknown } from './port.ts';
import { paymentById, type StoredPayment } from './store/payments.ts';
import { endRefund, markSent, refuseRefund } from './store/refund-progress.ts';

/** A refund that was made. */
export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly reservationId: string;
  /** Won. */
  readonly amount: number;
  readonly reason: string;
  readonly idempotencyKey: string;
  /** What the payment service calls it. */
  readonly cancelKey: string;
}

export interface RefundsOptions<Schema> {
  readonly db: Database<Schema>;
  readonly port: Pick<PaymentPort, 'lookUp' | 'cancel'>;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Runs in the transaction that says so; once for each refund, though perhaps in several attempts at committing. */
  readonly onRefunded: (trx: Transaction<Schema>, refund: Refund) => Promise<void>;
  /** Refunds at once. @default 10 */
  readonly concurrency?: number | undefined;
  /** The longest time between two looks, in milliseconds. @default 2000 */
  readonly pollMs?: number | undefined;
  /** Seconds to the next attempt, by how many there were. @default 5, doubling, at most 3600, each ± a quarter */
  readonly retrySeconds?: ((attempts: number) => number) | undefined;
}

const refundRow = z
  .object({
    id: z.string(),
    payment_id: z.string(),
    reservation_id: z.string(),
    amount: z.int().positive(),
    reason: z.string(),
    idempotency_key: z.string(),
    sent_at: z.date().nullable(),
    attempts: z.int(),
  })
  .transform((row) => ({
    id: row.id,
    paymentId: row.payment_id,
    reservationId: row.reservation_id,
    amount: row.amount,
    reason: row.reason,
    idempotencyKey: row.idempotency_key,
    wasSent: row.sent_at !== null,
    attempts: row.attempts,
  }));
type DueRefund = z.output<typeof refundRow>;

/** From this attempt on, about twenty minutes after the first, somebody should look. */
const worrying = 8;
/**
 * Attempts under one idempotency key. It answers a repetition by what became of the first; but an error would be
 * repeated for as long as the key lives, so after some attempts, half a minute at least, there is another one.
 */
const attemptsOfKey = 3;

/**
 * Makes each refund that is due, until it is made or refused for good. Whatever was sent once is looked up before it is
 * sent again, and goes with the balance that it was decided on, so that no refund is made twice.
 */
export function createRefunds<Schema>(options: RefundsOptions<Schema>): DueWork {
  const { db, port, log, metrics, onRefunded, concurrency = 10, pollMs = 2_000, retrySeconds = doubling } = options;
  const ended = metrics.counter('refunds_total', 'Refunds, by what became of them', ['state']);
  const deferred = metrics.counter('refund_deferrals_total', 'Attempts at a refund that are to be repeated');

  async function handle(refund: DueRefund): Promise<Outcome<Schema>> {
    const payment = await paymentById(db.kysely, refund.paymentId);
    if (!payment) throw new Error('a refund has no payment');
    if (!refund.wasSent) return await send(refund, payment, payment.amount - payment.refunded);
    const found = await port.lookUp({ paymentKey: payment.providerKey });
    if (found.kind !== 'found') return putOff(refund, found);
    const made = madeBy(refund, found.payment);
    if (made !== undefined) return done(refund, made);
    const { balance } = found.payment;
    return balance < refund.amount ? refused(refund, 'NOT_CANCELABLE_AMOUNT') : await send(refund, payment, balance);
  }

  async function send(refund: DueRefund, payment: StoredPayment, balance: number): Promise<Outcome<Schema>> {
    if (balance < refund.amount) return refused(refund, 'NOT_CANCELABLE_AMOUNT');
    if (!(await markSent(db.kysely, refund.id))) return { done: true };
    const outcome = await port.cancel(requestOf(refund, payment, balance));
    switch (outcome.kind) {
      case 'cancelled':
        return outcome.amount === refund.amount
          ? done(refund, outcome.cancelKey)
          : putOff(refund, { kind: 'unknown', reason: 'contradiction' });
      case 'refused':
        return await afterRefusal(refund, payment, outcome.code);
      case 'unknown':
        return putOff(refund, outcome);
    }
  }

  /** There may be nothing left to cancel because an earlier attempt has cancelled it. */
  async function afterRefusal(refund: DueRefund, payment: StoredPayment, code: string): Promise<Outcome<Schema>> {
    const found = await port.lookUp({ paymentKey: payment.providerKey });
    if (found.kind !== 'found') return putOff(refund, found);
    const made = madeBy(refund, found.payment);
    return made === undefined ? refused(refund, code) : done(refund, made);
  }

  function putOff({ id, attempts }: DueRefund, why: Unknown | { readonly kind: 'not-found' }): Outcome<Schema> {
    const retryInSeconds = retrySeconds(attempts);
    deferred.inc();
    const level = attempts >= worrying || why.kind === 'not-found' ? 'error' : 'warn';
    log[level]({ id, attempts, why, retryInSeconds }, 'refund put off');
    return { retryInSeconds };
  }

  function done(refund: DueRefund, cancelKey: string): Outcome<Schema> {
    const { wasSent: _, attempts: __, ...made } = refund;
    return {
      done: true,
      async write(trx) {
        if (!(await endRefund(trx, { ...made, cancelKey }))) return;
        await onRefunded(trx, { ...made, cancelKey });
        afterCommit(trx, () => {
          ended.inc({ state: 'done' });
          log.info({ id: refund.id, reservationId: refund.reservationId, amount: refund.amount }, 'refunded');
        });
      },
    };
  }

  function refused(refund: DueRefund, code: string): Outcome<Schema> {
    const { id, reservationId, amount } = refund;
    return {
      done: true,
      async write(trx) {
        if (!(await refuseRefund(trx, { ...refund, code }))) return;
        afterCommit(trx, () => {
          ended.inc({ state: 'refused' });
          log.error({ id, reservationId, amount, code }, 'refund refused: it has to be made by hand');
        });
      },
    };
  }

  return createDueWork<Schema, DueRow>({
    db,
    table: 'refunds',
    name: 'refunds',
    // Three look-ups and two attempts at most, each with its time-out.
    leaseSeconds: 120,
    concurrency,
    pollMs,
    log,
    metrics,
    handle: (row) => handle(refundRow.parse(row)),
  });
}

function requestOf(refund: DueRefund, payment: StoredPayment, balance: number): CancelRequest {
  const { id, amount, reason, attempts } = refund;
  return {
    paymentKey: payment.providerKey,
    // All that is left is asked for as such: not every card may be refunded in parts.
    ...(amount !== balance && { amount }),
    balance,
    reason,
    reference: id,
    idempotencyKey: `${id}.${balance}.${Math.floor(attempts / attemptsOfKey)}`,
  };
}

/** @returns the key of the cancel, undefined when the payment has none that is this refund */
function madeBy({ id, amount }: DueRefund, { cancels }: PaymentRecord): string | undefined {
  return cancels.find((cancel) => cancel.reference === id && cancel.amount === amount)?.cancelKey;
}

function doubling(attempts: number): number {
  return Math.min(3_600, 5 * 2 ** Math.min(attempts, 12)) * (0.75 + Math.random() / 2);
}
