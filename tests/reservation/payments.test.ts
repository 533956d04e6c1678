import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import { PaymentDesk } from '../../services/reservation/test/payment-desk.ts';
import type { Customer } from './customer.ts';
import { letTimePass } from './records.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

/** The payment service answers late, twice, never, or in another order, and the buyer has always got what was paid for. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
  world.sandbox.setWebhookUrl(world.webhookUrl);
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

type Held = NonNullable<Awaited<ReturnType<Customer['hold']>>>;

async function heldSeats(seats: readonly number[] = [0, 1], sessionId = world.addSession(), of = world) {
  const customer = of.customer();
  const held = await customer.hold({ sessionId, seats: [...seats] });
  if (!held?.payment) throw new Error('the seats are free, and cost something');
  return { customer, held, order: { orderId: held.payment.orderId, amount: held.total } };
}
const stateOf = async ({ payment }: Held) => {
  const { rows } = await sql<{ state: string }>`
    SELECT state FROM reservations WHERE hold_id = ${payment?.orderId}`.execute(world.db.kysely);
  return rows[0]?.state;
};

/** The answer to who pays comes in the same moment as the one to who asks about another payment of the order. */
class TwoAtOnce extends PaymentDesk {
  #meeting = Promise.withResolvers<void>();
  #here = 0;

  override async confirm(request: Parameters<PaymentDesk['confirm']>[0]) {
    const outcome = await super.confirm(request);
    await this.#meet();
    return outcome;
  }

  override async lookUp(which: Parameters<PaymentDesk['lookUp']>[0]) {
    const outcome = await super.lookUp(which);
    await this.#meet();
    return outcome;
  }

  /** The first one waits for the second, but for nobody when nobody comes. */
  async #meet() {
    const { promise, resolve } = this.#meeting;
    this.#here += 1;
    if (this.#here % 2 === 0) {
      this.#meeting = Promise.withResolvers<void>();
      resolve();
    }
    await Promise.race([promise, delay(100)]);
  }
}

function booksOf(desk: PaymentDesk) {
  return [...desk.captured].map(([paymentKey, { orderId, amount, cancelled }]) => {
    const refunded = cancelled.reduce((sum, each) => sum + each.amount, 0);
    return { paymentKey, orderId, captured: amount, refunded };
  });
}

/** Another window of the browser has paid for the same order, and the news of both come at once. */
async function payTwice(other: World, desk: PaymentDesk) {
  const customer = other.customer();
  const held = await customer.hold({ sessionId: other.addSession(), seats: [0, 1] });
  if (!held?.payment) throw new Error('the seats are free, and cost something');
  const { orderId, amount } = held.payment;
  const [first, second] = [`first-${newId()}`, `second-${newId()}`];
  desk.captured.set(second, { orderId, amount, cancelled: [], approvedAt: new Date() });
  await Promise.all([customer.book(held, first), tell(other.webhookUrl, { orderId, paymentKey: second })]);
  return { orderId, amount, paymentKey: second };
}

describe('case 7: one reservation is paid for twice', () => {
  it.each([
    ['at any time', new PaymentDesk()],
    ['in one moment', new TwoAtOnce()],
  ])(
    '%s: keeps the one payment and gives the other back',
    async (_, desk) => {
      await using other = await startWorld({ overrides: { payments: desk }, books: () => booksOf(desk) });
      for (let time = 0; time < 5 * scale; time += 1) {
        const { amount, ...order } = await payTwice(other, desk);
        await tell(other.webhookUrl, order);
        await waitFor(() => desk.keptFor(order.orderId) === amount, { timeoutMs: 30_000 });
      }
      expect(await other.verdict()).toEqual([]);
    },
    120_000 * scale,
  );

  it('keeps both without the lock and the key of the sale, which the judge sees', async () => {
    const desk = new TwoAtOnce();
    // As the builder of queries writes it; what is locked by hand stays so.
    const reviseSql = (text: string) => text.replace(/ for update$/, '');
    await using bare = await startWorld({ overrides: { payments: desk }, books: () => booksOf(desk), reviseSql });
    await sql`ALTER TABLE payments DROP KEY captured_reservation`.execute(bare.db.kysely);
    let found: readonly string[] = [];
    for (let time = 0; time < 40 && !found.some((fault) => / won are kept /.test(fault)); time += 1) {
      await payTwice(bare, desk);
      // What is to go back has gone back.
      await waitFor(async () => (await bare.trial()).records.refunds.every(({ state }) => state === 'done'));
      found = await bare.peek();
    }
    expect(found).toContainEqual(
      expect.stringMatching(/^568000 won are kept for reservation .* \(CONFIRMED\), and 284000 should be$/),
    );
  }, 120_000);
});

describe('case 11: the webhook', () => {
  it.each(['before', 'after', 'twice', 'out-of-order'] as const)(
    'comes %s: it is one sale',
    async (webhook) => {
      const { customer, held, order } = await heldSeats();
      const booked = await customer.book(held, world.authorise(order, { webhook }));
      expect(booked?.state ?? (await stateOf(held))).toBe('CONFIRMED');
      expect(await world.verdict()).toEqual([]);
    },
    60_000,
  );

  it('comes when the answer never does: it is a sale all the same', async () => {
    const { customer, held, order } = await heldSeats();
    const paymentKey = world.authorise(order, { confirm: 'hang-up', times: 2, webhook: 'before' });
    await customer.book(held, paymentKey);
    await waitFor(async () => (await stateOf(held)) === 'CONFIRMED');
    expect(await world.verdict()).toEqual([]);
  }, 60_000);

  it.each([
    ['and the seats are free: they are sold to who has paid', false, 'CONFIRMED'],
    ['and the seats are gone: the money goes back', true, 'REFUNDED'],
  ])(
    'comes after the claim has expired, %s',
    async (_, gone, state) => {
      const { customer, held, order } = await heldSeats();
      world.sandbox.setOutage('error');
      const paymentKey = world.authorise(order, { webhook: 'never' });
      expect(await customer.book(held, paymentKey)).toMatchObject({ state: 'CLAIMED' });
      world.sandbox.setOutage('none');
      await expireClaims();
      if (gone) {
        const next = await heldSeats([1, 2], held.sessionId);
        expect(await next.customer.book(next.held, world.authorise(next.order))).toMatchObject({ state: 'CONFIRMED' });
      }
      await captureAtToss({ paymentKey, ...order });
      await tell(world.webhookUrl, { paymentKey, ...order });
      await tell(world.webhookUrl, { paymentKey, ...order });
      await waitFor(async () => (await stateOf(held)) === state, { timeoutMs: 20_000 });
      expect(await world.verdict()).toEqual([]);
    },
    120_000,
  );
});

describe('case 11 without looking for a payment that is known', () => {
  it('the webhook that comes twice gives a good payment back, which the judge sees', async () => {
    const reviseSql = (text: string) =>
      text.replace(/(FROM payments WHERE provider = .*) AND provider_key = /, '$1 AND NULL = ');
    await using forgetful = await startWorld({ replicas: 1, reviseSql });
    await sql`ALTER TABLE payments DROP KEY provider_key`.execute(forgetful.db.kysely);
    const { customer, held, order } = await heldSeats([0, 1], forgetful.addSession(), forgetful);
    const paymentKey = forgetful.authorise(order);
    expect(await customer.book(held, paymentKey)).toMatchObject({ state: 'CONFIRMED' });
    for (let time = 0; time < 2; time += 1) await tell(forgetful.webhookUrl, { orderId: order.orderId, paymentKey });
    await waitFor(async () =>
      (await forgetful.peek()).some((fault) =>
        /^0 won are kept for .* \(CONFIRMED\), and 284000 should be$/.test(fault),
      ),
    );
  }, 120_000);
});

describe('a sale with payments of every kind', () => {
  it(
    'keeps what the sold tickets cost, and nothing else',
    async () => {
      const sessionIds = Array.from({ length: 2 + scale }, () => world.addSession());
      const crowd = world.crowd({
        sessionIds,
        payments: [
          undefined,
          { webhook: 'before' },
          { webhook: 'out-of-order' },
          { confirm: 'decline' },
          { confirm: 'hang-up', webhook: 'twice' },
          { confirm: 'error-after' },
          { confirm: 'error-before' },
          { confirm: 'late', delayMs: 300 },
          { cancel: 'error-after' },
          { cancel: 'hang-up' },
        ],
      });
      await waitFor(() => crowd.visits > 25 * scale, { timeoutMs: 90_000 * scale });
      await crowd.stop();
      expect(await world.verdict()).toEqual([]);
    },
    240_000 * scale,
  );
});

/** Nobody has heard of a payment for so long that the claims are over. */
async function expireClaims() {
  await waitFor(
    async () => {
      await letTimePass(world.db);
      const { rows } = await sql`SELECT id FROM reservations WHERE state = 'CLAIMED'`.execute(world.db.kysely);
      return rows.length === 0;
    },
    { timeoutMs: 20_000, intervalMs: 200 },
  );
}

async function captureAtToss(body: { readonly paymentKey: string; readonly orderId: string; readonly amount: number }) {
  const response = await fetch(`${world.sandbox.url}/v1/payments/confirm`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('test_sk_faults:').toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

/** Until it is heard: a reservation that is not written yet is told of again. */
async function tell(url: string, { paymentKey, orderId }: { readonly paymentKey: string; readonly orderId: string }) {
  const body = JSON.stringify({ eventType: 'PAYMENT_STATUS_CHANGED', data: { paymentKey, orderId } });
  const headers = { 'content-type': 'application/json' };
  await waitFor(async () => (await fetch(url, { method: 'POST', headers, body })).status === 200);
}
