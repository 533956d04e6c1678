import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DueWork } from '@ticketaka/platform/due-work';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { type OpenTestDatabase, openTestDatabase, waitFor } from '@ticketaka/platform/testing';
import * as fc from 'fast-check';
import {
  createRefunds,
  insertCaptured,
  type PaymentPort,
  type PaymentsSchema,
  paymentById,
  payments,
  type Refund,
  type RefundsOptions,
  refundsOf,
  requestRefund,
} from '../../../services/reservation/payments/index.ts';
import type { ScenarioChange } from '../scenario.ts';
import { startToss, type TossFixture } from './fixture.ts';

const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
const metrics = createMetrics({ service: 'reservation', workload: 'test', ofProcess: false });
let db: OpenTestDatabase<PaymentsSchema>;
let toss: TossFixture;
let workers: DueWork[] = [];
/** What the service was told, in transactions that were committed. */
let told: Refund[] = [];

beforeAll(async () => {
  db = await openTestDatabase<PaymentsSchema>('payments', { migrations: { '0001-payments': payments } });
  toss = await startToss();
}, 60_000);
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  told = [];
});
afterAll(async () => {
  await toss[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
}, 30_000);

async function work(options: Partial<RefundsOptions<PaymentsSchema>> = {}) {
  const worker = createRefunds({
    db,
    port: toss.hasty,
    log,
    metrics,
    pollMs: 50,
    retrySeconds: () => 0.05,
    async onRefunded(_, refund) {
      told.push(refund);
    },
    ...options,
  });
  workers.push(worker);
  await worker.start();
  return worker;
}

async function paid(scenario?: ScenarioChange, amount = 10_000) {
  const { orderId, paymentKey, idempotencyKey } = toss.order(scenario, amount);
  const outcome = await toss.port.confirm({ orderId, paymentKey, amount, idempotencyKey });
  if (outcome.kind !== 'approved') throw new Error('the payment was not approved');
  const { approvedAt, method, receiptUrl } = outcome;
  const payment = { id: newId(), reservationId: newId(), provider: 'toss', providerKey: paymentKey, orderId, amount };
  await db.transaction((trx) => insertCaptured(trx, [{ ...payment, approvedAt, method, receiptUrl }]));
  return payment;
}
type Paid = Awaited<ReturnType<typeof paid>>;

const request = ({ id: paymentId }: Paid, amount: number, idempotencyKey: string = newId()) =>
  db.transaction((trx) => requestRefund(trx, { paymentId, amount, reason: '고객 취소', idempotencyKey }));
const given = ({ providerKey }: Paid) =>
  toss.sandbox.ledger().find(({ paymentKey }) => paymentKey === providerKey)?.refunded;
const states = async ({ reservationId }: Paid) => (await refundsOf(db.kysely, reservationId)).map(({ state }) => state);
const ended = async (payment: Paid) =>
  await waitFor(async () => (await states(payment)).every((state) => state !== 'waiting'), { timeoutMs: 25_000 });

describe('a refund', () => {
  it('is made, and told in the transaction that says so', async () => {
    const payment = await paid();
    await request(payment, 4_000, 'cancellation:1');
    await work();
    await ended(payment);
    expect(told).toEqual([
      {
        id: expect.any(String),
        paymentId: payment.id,
        reservationId: payment.reservationId,
        amount: 4_000,
        reason: '고객 취소',
        idempotencyKey: 'cancellation:1',
        cancelKey: expect.any(String),
      },
    ]);
    expect(given(payment)).toBe(4_000);
    expect(await paymentById(db.kysely, payment.id)).toMatchObject({
      state: 'captured',
      refunding: 4_000,
      refunded: 4_000,
    });
  });

  it('of the whole leaves the reservation free to be paid for again', async () => {
    const payment = await paid();
    await request(payment, 10_000);
    await work();
    await ended(payment);
    expect(await paymentById(db.kysely, payment.id)).toMatchObject({ state: 'refunded', refunded: 10_000 });
    expect(await db.query('SELECT captured_reservation FROM payments WHERE id = ?', [payment.id])).toEqual([
      { captured_reservation: null },
    ]);
  });

  it('is made once, whatever the service does with the first attempt', async () => {
    const ways = ['time-out', 'error-after', 'error-before', 'hang-up', 'late'] as const;
    const all = await Promise.all(ways.map((cancel) => paid({ cancel, delayMs: 60_000 })));
    for (const payment of all) await request(payment, 3_000);
    await work();
    for (const payment of all) await ended(payment);
    expect(all.map(given)).toEqual(ways.map(() => 3_000));
    expect(told.map(({ reservationId }) => reservationId).toSorted()).toEqual(
      all.map(({ reservationId }) => reservationId).toSorted(),
    );
  });

  it('is made beside others of the same payment, and by several workers', async () => {
    await using strict = await startToss({ consecutiveMs: 100 });
    const sandboxed = await paid();
    const own = strict.order({}, 10_000);
    await strict.port.confirm(own);
    await db.query('UPDATE payments SET provider_key = ? WHERE id = ?', [own.paymentKey, sandboxed.id]);
    for (const amount of [1_000, 2_000, 3_000, 4_000]) await request(sandboxed, amount);
    await work({ port: strict.hasty });
    await work({ port: strict.hasty });
    await ended(sandboxed);
    expect(await states(sandboxed)).toEqual(['done', 'done', 'done', 'done']);
    expect(strict.sandbox.ledger()).toMatchObject([{ refunded: 10_000, status: 'CANCELED' }]);
  });

  it('whose worker died after it was made is found, not made again', async () => {
    const payment = await paid();
    const asked = await request(payment, 3_000);
    const id = asked.kind === 'requested' ? asked.id : '';
    await db.query('UPDATE refunds SET sent_at = NOW(3) WHERE id = ?', [id]);
    const { providerKey: paymentKey } = payment;
    await toss.port.cancel({ paymentKey, amount: 3_000, reason: 'x', reference: id, idempotencyKey: 'of the dead' });
    await work();
    await ended(payment);
    expect(given(payment)).toBe(3_000);
    expect(told).toHaveLength(1);
  });

  it('is told again when telling failed, and made once', async () => {
    const payment = await paid();
    await request(payment, 3_000);
    let failures = 2;
    await work({
      async onRefunded(trx, { paymentId }) {
        await trx
          .updateTable('payments')
          .set((each) => ({ method: each.fn('concat', ['method', each.val('+')]) }))
          .where('id', '=', paymentId)
          .execute();
        failures -= 1;
        if (failures >= 0) throw new Error('the outbox is full');
      },
    });
    await waitFor(
      async () => {
        // Due work puts a failed row off by five seconds and more.
        await db.query('UPDATE refunds SET due_at = NOW(3) WHERE due_at > NOW(3) AND lease_token IS NULL');
        return (await states(payment))[0] === 'done';
      },
      { timeoutMs: 25_000 },
    );
    expect(given(payment)).toBe(3_000);
    expect(await paymentById(db.kysely, payment.id)).toMatchObject({ method: '카드+' });
  });

  it('that the service will never make is refused, and what it would have given is free again', async () => {
    const payment = await paid({ cancel: 'refuse' });
    await request(payment, 3_000);
    await work();
    await ended(payment);
    expect(await refundsOf(db.kysely, payment.reservationId)).toMatchObject([
      { state: 'refused', code: 'NOT_CANCELABLE_PAYMENT' },
    ]);
    expect(await paymentById(db.kysely, payment.id)).toMatchObject({ refunding: 0, refunded: 0 });
    expect(told).toEqual([]);
  });

  it('of more than is left, since somebody gave it back by hand, is refused', async () => {
    const payment = await paid();
    const { providerKey: paymentKey } = payment;
    await toss.port.cancel({ paymentKey, amount: 8_000, reason: 'by hand', idempotencyKey: newId() });
    await request(payment, 3_000);
    await work();
    await ended(payment);
    expect(await states(payment)).toEqual(['refused']);
    expect(given(payment)).toBe(8_000);
  });

  it('of any amounts, with any faults, leaves the books as the service has them', async () => {
    const way = fc.constantFrom('approve', 'approve', 'refuse', 'error-before', 'error-after', 'hang-up', 'time-out');
    const story = fc.record({
      cancel: way,
      times: fc.integer({ min: 1, max: 4 }),
      amounts: fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 5 }),
    });
    await work({ concurrency: 30 });
    await work({ concurrency: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(story, { minLength: 10, maxLength: 10 }), async (stories) => {
        const all = await Promise.all(stories.map(({ cancel, times }) => paid({ cancel, times })));
        await Promise.all(
          all.flatMap((payment, place) => (stories[place]?.amounts ?? []).map((amount) => request(payment, amount))),
        );
        for (const payment of all) {
          await ended(payment);
          const done = (await refundsOf(db.kysely, payment.reservationId)).filter(({ state }) => state === 'done');
          const sum = done.reduce((total, { amount }) => total + amount, 0);
          const stored = await paymentById(db.kysely, payment.id);
          expect([sum, stored?.refunded, stored?.refunding]).toEqual([given(payment), given(payment), given(payment)]);
          const heard = told.filter(({ paymentId }) => paymentId === payment.id).map(({ id }) => id);
          expect(heard.toSorted()).toEqual(done.map(({ id }) => id).toSorted());
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
  }, 120_000);

  it('without a guard against repetition would be made twice', async () => {
    // The control: forgets what it has sent, and every attempt is a new one.
    const forgetful: Pick<PaymentPort, 'lookUp' | 'cancel'> = {
      async lookUp(which) {
        const found = await toss.port.lookUp(which);
        return found.kind === 'found' ? { kind: 'found', payment: { ...found.payment, cancels: [] } } : found;
      },
      cancel({ paymentKey, amount = 0, reason, reference = '' }) {
        return toss.hasty.cancel({ paymentKey, amount, reason, reference, idempotencyKey: newId() });
      },
    };
    const payment = await paid({ cancel: 'time-out' });
    await request(payment, 3_000);
    await work({ port: forgetful });
    await ended(payment);
    expect(given(payment)).toBe(6_000);
  });
});

describe('asking for a refund', () => {
  it('is refused when all of them would come to more than was paid', async () => {
    const payment = await paid();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => request(payment, 3_000)));
    expect(outcomes.filter(({ kind }) => kind === 'requested')).toHaveLength(3);
    expect(outcomes.filter(({ kind }) => kind === 'exceeds')).toHaveLength(5);
    expect(await paymentById(db.kysely, payment.id)).toMatchObject({ refunding: 9_000, refunded: 0 });
    await expect(db.query('UPDATE payments SET refunding = 10001 WHERE id = ?', [payment.id])).rejects.toMatchObject({
      errno: 4025,
    });
  });

  it('again with one key is the same refund', async () => {
    const payment = await paid();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => request(payment, 6_000, 'cancellation:7')));
    expect(outcomes.filter(({ kind }) => kind === 'requested')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'there-already')).toHaveLength(4);
    expect(await refundsOf(db.kysely, payment.reservationId)).toHaveLength(1);
  });

  it('of a payment that nobody knows is refused', async () => {
    expect(await request({ ...(await paid()), id: newId() }, 1)).toEqual({ kind: 'exceeds' });
  });
});
