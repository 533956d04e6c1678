import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { resolvePayment } from '../completions.ts';
import { parsePayment } from '../toss-wire.ts';
import { type Answering, startAnswering } from './answering.ts';
import { anyBody, goodPayment, oddPayment } from './any-answer.ts';

const order = { orderId: 'order-0001', paymentKey: 'key_1', amount: 50_000 };
const good = goodPayment(order);
const confirm = { ...order, idempotencyKey: 'once' };
const cancel = { paymentKey: order.paymentKey, amount: 1_000, reason: 'x', reference: 'r', idempotencyKey: 'once' };
let toss: Answering;

beforeAll(async () => {
  toss = await startAnswering();
});
afterAll(() => toss[Symbol.asyncDispose]());

/** Whether a body says all that an approval needs, decided without the adapter's schema. */
function saysPaid(body: string): boolean {
  try {
    const said: unknown = JSON.parse(body);
    if (typeof said !== 'object' || said === null) return false;
    const wanted = Object.entries({ ...order, totalAmount: order.amount, currency: 'KRW' }).filter(
      ([name]) => name !== 'amount',
    );
    return wanted.every(([name, value]) => Reflect.get(said, name) === value);
  } catch {
    return false;
  }
}

describe('answers of any shape', () => {
  it('are never an approval of something else, and never an exception', async () => {
    // No 5xx: those would open the breaker, and then nothing is asked any more.
    const status = fc.constantFrom(200, 200, 200, 201, 204, 400, 401, 403, 404, 409, 429);
    await fc.assert(
      fc.asyncProperty(status, anyBody(good), async (code, body) => {
        toss.say({ status: code, body: code === 204 ? '' : body });
        const outcome = await toss.port.confirm(confirm);
        expect(['approved', 'declined', 'unknown']).toContain(outcome.kind);
        if (outcome.kind === 'approved') {
          expect([code, saysPaid(body)]).toEqual([200, true]);
          expect(outcome).toMatchObject({ paymentKey: order.paymentKey, amount: order.amount });
        }
        const resolution = await resolvePayment(toss.port, { ...order, ageSeconds: 0 });
        if (resolution.kind === 'captured') expect([code, saysPaid(body)]).toEqual([200, true]);
        const given = await toss.port.cancel(cancel);
        // None of these bodies has a cancel of ours.
        expect(given.kind).not.toBe('cancelled');
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  it.each([500, 502, 503, 504])('with %d say nothing, even when they look like an approval', async (status) => {
    await using broken = await startAnswering();
    broken.say({ status, body: JSON.stringify(good) });
    expect(await broken.port.confirm(confirm)).toMatchObject({ kind: 'unknown', reason: 'server-error' });
    expect(await broken.port.lookUp(order)).toMatchObject({ kind: 'unknown' });
    expect(await broken.port.cancel(cancel)).toMatchObject({ kind: 'unknown' });
  });

  it('that have no end are given up', async () => {
    toss.say({ status: 200, body: JSON.stringify({ ...good, more: 'x'.repeat(1_000_000) }) });
    expect(await toss.port.confirm(confirm)).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['another payment', { paymentKey: 'key_2' }],
    ['another order', { orderId: 'order-0002' }],
    ['another amount', { totalAmount: 49_999, balanceAmount: 49_999 }],
    ['another currency', { currency: 'USD' }],
    ['no time of approval', { approvedAt: null }],
    ['a payment that is not done', { status: 'IN_PROGRESS' }],
    ['a deposit that is not there', { status: 'WAITING_FOR_DEPOSIT' }],
    ['a state of next year', { status: 'SETTLED' }],
    ['less left than was paid', { balanceAmount: 49_000 }],
  ])('that speak of %s are not believed', async (_, change) => {
    toss.say({ status: 200, body: JSON.stringify({ ...good, ...change }) });
    expect(await toss.port.confirm(confirm)).toMatchObject({ kind: 'unknown' });
  });

  it('that are as they should be are believed', async () => {
    toss.say({ status: 200, body: JSON.stringify(good) });
    expect(await toss.port.confirm(confirm)).toMatchObject({ kind: 'approved', amount: 50_000 });
  });
});

describe('a payment of another amount', () => {
  const captured = { ...good, totalAmount: 70_000, balanceAmount: 70_000 };

  it('that was captured for the order is to be given back', async () => {
    toss.say({ status: 200, body: JSON.stringify(captured) });
    const contradiction = { kind: 'contradiction', paymentKey: 'key_1', amount: 70_000, balance: 70_000 };
    expect(await resolvePayment(toss.port, { ...order, ageSeconds: 0 })).toEqual(contradiction);
  });

  it('that was not is no matter', async () => {
    toss.say({ status: 200, body: JSON.stringify({ ...captured, status: 'IN_PROGRESS', approvedAt: null }) });
    expect(await resolvePayment(toss.port, { ...order, ageSeconds: 0 })).toMatchObject({ kind: 'not-yet' });
    expect(await resolvePayment(toss.port, { ...order, ageSeconds: 900 })).toEqual({ kind: 'never' });
  });
});

it('what is left of a payment is what its cancels leave', () => {
  fc.assert(
    fc.property(oddPayment(good), (odd) => {
      const payment = parsePayment(odd);
      if (payment?.state !== 'captured') return;
      const given = payment.cancels.reduce((sum, { amount }) => sum + amount, 0);
      expect(payment.balance).toBe(payment.amount - given);
    }),
    { numRuns: 2_000 },
  );
});
