import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { waitFor } from '@ticketaka/platform/testing';
import { createTossPayments, resolvePayment } from '../../../services/reservation/payments/index.ts';
import type { ScenarioChange } from '../scenario.ts';
import { startToss, type TestOrder, type TossFixture } from './fixture.ts';

let toss: TossFixture;
beforeAll(async () => {
  toss = await startToss();
});
afterAll(() => toss[Symbol.asyncDispose]());

const entryOf = ({ paymentKey }: TestOrder) => toss.sandbox.ledger().find((entry) => entry.paymentKey === paymentKey);
const settle = (order: TestOrder, ageSeconds = 0) => resolvePayment(toss.port, { ...order, ageSeconds });
const cancelOf = ({ paymentKey }: TestOrder, amount?: number) => ({
  paymentKey,
  reason: '고객 취소',
  idempotencyKey: newId(),
  ...(amount !== undefined && { amount }),
});

describe('a confirm', () => {
  it('that is approved says so, with what the service knows', async () => {
    const order = toss.order();
    expect(await toss.port.confirm(order)).toEqual({
      kind: 'approved',
      paymentKey: order.paymentKey,
      amount: 99_000,
      approvedAt: expect.any(Date),
      method: '카드',
      receiptUrl: expect.stringMatching(/^https:/),
    });
    expect(entryOf(order)).toMatchObject({ status: 'DONE', captured: 99_000, refunded: 0 });
    expect(await settle(order)).toMatchObject({ kind: 'captured', refunded: 0, approval: { amount: 99_000 } });
  });

  it('that is declined gives the reason, and stays declined', async () => {
    const order = toss.order({ confirm: 'decline', code: 'INVALID_STOPPED_CARD' });
    const declined = { kind: 'declined', code: 'INVALID_STOPPED_CARD', message: expect.any(String) };
    expect(await toss.port.confirm(order)).toEqual(declined);
    expect(await toss.port.confirm(order)).toEqual(declined);
    expect(await settle(order)).toEqual(declined);
    expect(entryOf(order)).toMatchObject({ status: 'ABORTED', captured: 0 });
  });

  it('that is declined for a reason that we do not know is found out by asking', async () => {
    const order = toss.order({ confirm: 'decline', code: 'A_CODE_OF_NEXT_YEAR' });
    expect(await toss.port.confirm(order)).toMatchObject({ kind: 'declined', code: 'A_CODE_OF_NEXT_YEAR' });
  });

  it.each(['time-out', 'error-after', 'late'] as const)(
    'with %s is unknown, and captured when one asks',
    async (way) => {
      const order = toss.order({ confirm: way, delayMs: 60_000 });
      const reason = way === 'error-after' ? 'server-error' : 'timeout';
      expect(await toss.hasty.confirm(order)).toMatchObject({ kind: 'unknown', reason });
      expect(await settle(order)).toMatchObject({ kind: 'captured', approval: { paymentKey: order.paymentKey } });
      expect(entryOf(order)).toMatchObject({ captured: 99_000 });
    },
  );

  it('whose connection breaks is repeated with the same key, and takes the money once', async () => {
    const order = toss.order({ confirm: 'hang-up' });
    expect(await toss.port.confirm(order)).toMatchObject({ kind: 'approved' });
    expect(entryOf(order)).toMatchObject({ captured: 99_000 });
  });

  it('that failed before it did anything is unknown, not-yet, and never once it is too old', async () => {
    const order = toss.order({ confirm: 'error-before' });
    expect(await toss.port.confirm(order)).toMatchObject({ kind: 'unknown', reason: 'server-error' });
    expect(await settle(order)).toEqual({ kind: 'not-yet', reason: 'unfinished' });
    expect(await settle(order, 899)).toMatchObject({ kind: 'not-yet' });
    expect(await settle(order, 900)).toEqual({ kind: 'never' });
    expect(entryOf(order)).toMatchObject({ captured: 0 });
  });

  it('of which there are many at once, with one key or several, takes the money once', async () => {
    const order = toss.order();
    const keys = Array.from({ length: 20 }, (_, place) => (place < 10 ? order.idempotencyKey : newId()));
    const outcomes = await Promise.all(keys.map((idempotencyKey) => toss.port.confirm({ ...order, idempotencyKey })));
    // ALREADY_PROCESSED_PAYMENT is resolved by a look-up, so each of them learns the truth.
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['approved']));
    expect(entryOf(order)).toMatchObject({ captured: 99_000, refunded: 0 });
  });

  it('while the first one is at work is unknown, and captured in the end', async () => {
    const order = toss.order({ confirm: 'late', delayMs: 60_000 });
    const outcomes = await Promise.all([toss.hasty.confirm(order), toss.hasty.confirm(order)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
    expect(await settle(order)).toMatchObject({ kind: 'captured' });
  });

  it('that captures after everybody has stopped waiting is not-yet, and captured in the end', async () => {
    const order = toss.order({ confirm: 'slow', delayMs: 6_000 });
    expect(await toss.hasty.confirm(order)).toEqual({ kind: 'unknown', reason: 'timeout' });
    expect(await settle(order)).toEqual({ kind: 'not-yet', reason: 'unfinished' });
    await waitFor(async () => (await settle(order)).kind === 'captured', { timeoutMs: 25_000 });
  });

  it.each([-1, 1])('of %d won more than the buyer agreed to is declined', async (more) => {
    const order = toss.order();
    expect(await toss.port.confirm({ ...order, amount: order.amount + more })).toMatchObject({ kind: 'declined' });
    expect(entryOf(order)).toMatchObject({ captured: 0 });
  });

  it("with another order's payment never pays for this one, nor lets it be given back", async () => {
    const [paid, other] = [toss.order(), toss.order()];
    expect(await toss.port.confirm(paid)).toMatchObject({ kind: 'approved' });
    const stolen = { ...other, paymentKey: paid.paymentKey };
    expect(await toss.port.confirm(stolen)).toMatchObject({ kind: 'declined', code: 'NOT_OF_THIS_ORDER' });
    expect(await settle(stolen)).toMatchObject({ kind: 'declined', code: 'NOT_OF_THIS_ORDER' });
  });

  it("under another payment's idempotency key is answered with that payment, and not believed", async () => {
    const [paid, other] = [toss.order(), toss.order()];
    await toss.port.confirm(paid);
    const outcome = await toss.port.confirm({ ...other, idempotencyKey: paid.idempotencyKey });
    expect(outcome).toEqual({ kind: 'unknown', reason: 'contradiction' });
    expect(toss.lines.join('')).toContain('something else than was asked for');
    expect(await settle(other)).toMatchObject({ kind: 'not-yet' });
  });

  it('of a second payment for one order is declined', async () => {
    const first = toss.order();
    const { paymentKey } = toss.sandbox.authorise({ orderId: first.orderId, amount: first.amount });
    await toss.port.confirm(first);
    const second = { ...first, paymentKey, idempotencyKey: newId() };
    expect(await toss.port.confirm(second)).toMatchObject({ kind: 'declined', code: 'DUPLICATED_ORDER_ID' });
    expect(
      await resolvePayment(toss.port, { orderId: first.orderId, amount: first.amount, ageSeconds: 0 }),
    ).toMatchObject({
      kind: 'captured',
      approval: { paymentKey: first.paymentKey },
    });
  });

  it('of a key that leads elsewhere is not sent', async () => {
    const order = { ...toss.order(), paymentKey: '../../sandbox/ledger' };
    expect(await toss.port.confirm(order)).toMatchObject({ kind: 'declined' });
    expect(await toss.port.lookUp(order)).toEqual({ kind: 'not-found' });
    expect(await toss.port.cancel(cancelOf(order))).toMatchObject({ kind: 'refused' });
  });
});

it('an authorisation lapses after ten minutes', async () => {
  let now = Date.now();
  await using lapsing = await startToss({ now: () => now });
  const [early, late] = [lapsing.order(), lapsing.order()];
  now += 599_000;
  expect(await lapsing.port.confirm(early)).toMatchObject({ kind: 'approved' });
  now += 2_000;
  expect(await lapsing.port.confirm(late)).toMatchObject({ kind: 'declined', code: 'NOT_FOUND_PAYMENT_SESSION' });
  expect(await resolvePayment(lapsing.port, { ...late, ageSeconds: 601 })).toMatchObject({
    kind: 'declined',
    code: 'EXPIRED_PAYMENT',
  });
});

it('a payment that nobody knows is not found', async () => {
  expect(await toss.port.lookUp({ orderId: newId() })).toEqual({ kind: 'not-found' });
  expect(await toss.port.lookUp({ paymentKey: 'nobody' })).toEqual({ kind: 'not-found' });
});

it('a wrong secret key, and a service that is away, leave everything unknown', async () => {
  const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
  const order = toss.order();
  const stranger = createTossPayments({ url: toss.sandbox.url, secretKey: 'test_sk_other', log });
  expect(await stranger.confirm(order)).toMatchObject({ kind: 'unknown', code: 'UNAUTHORIZED_KEY' });
  expect(await stranger.lookUp(order)).toMatchObject({ kind: 'unknown' });
  const nowhere = createTossPayments({ url: 'http://127.0.0.1:9', secretKey: 'x', log });
  expect(await nowhere.confirm(order)).toMatchObject({ kind: 'unknown', reason: 'connection' });
  expect(await nowhere.cancel(cancelOf(order))).toMatchObject({ kind: 'unknown' });
  expect(await resolvePayment(nowhere, { ...order, ageSeconds: 1e6 })).toEqual({
    kind: 'not-yet',
    reason: 'connection',
  });
});

it('while the service is away nothing is decided, however old it is', async () => {
  await using away = await startToss();
  const order = away.order();
  await away.port.confirm(order);
  away.sandbox.setOutage('error');
  const old = { ...order, ageSeconds: 1e6 };
  expect(await resolvePayment(away.port, old)).toMatchObject({ kind: 'not-yet', reason: 'server-error' });
  away.sandbox.setOutage('none');
  expect(await resolvePayment(away.port, old)).toMatchObject({ kind: 'captured' });
});

it('calls that hang open the breaker, and one can still ask', async () => {
  await using hanging = await startToss({ scenario: { confirm: 'time-out' } });
  const orders = Array.from({ length: 12 }, () => hanging.order());
  await Promise.all(orders.map((order) => hanging.hasty.confirm(order)));
  const turnedAway = hanging.order();
  expect(await hanging.hasty.confirm(turnedAway)).toEqual({ kind: 'unknown', reason: 'not-sent' });
  const [first = turnedAway] = orders;
  expect(await resolvePayment(hanging.hasty, { ...first, ageSeconds: 0 })).toMatchObject({ kind: 'captured' });
});

describe('a cancel', () => {
  async function paid(scenario?: ScenarioChange) {
    const order = toss.order(scenario, 10_000);
    await toss.port.confirm(order);
    return order;
  }

  it('gives all back', async () => {
    const order = await paid();
    expect(await toss.port.cancel(cancelOf(order))).toMatchObject({ kind: 'cancelled', amount: 10_000, remaining: 0 });
    expect(await settle(order)).toMatchObject({ kind: 'declined', code: 'CANCELED' });
  });

  it('gives back in parts, and never more than there is', async () => {
    const order = await paid();
    expect(await toss.port.cancel(cancelOf(order, 4_000))).toMatchObject({ amount: 4_000, remaining: 6_000 });
    expect(await toss.port.cancel(cancelOf(order, 6_001))).toEqual({ kind: 'refused', code: 'NOT_CANCELABLE_AMOUNT' });
    expect(await settle(order)).toMatchObject({ kind: 'captured', refunded: 4_000 });
    expect(await toss.port.cancel(cancelOf(order, 6_000))).toMatchObject({ amount: 6_000, remaining: 0 });
    expect(await toss.port.cancel(cancelOf(order, 1))).toEqual({ kind: 'refused', code: 'ALREADY_CANCELED_PAYMENT' });
    expect(entryOf(order)).toMatchObject({ captured: 10_000, refunded: 10_000 });
  });

  it('of which there are many at once gives back what there is', async () => {
    const order = await paid();
    const outcomes = await Promise.all(Array.from({ length: 9 }, () => toss.port.cancel(cancelOf(order, 3_000))));
    expect(outcomes.filter(({ kind }) => kind === 'cancelled')).toHaveLength(3);
    expect(entryOf(order)).toMatchObject({ refunded: 9_000 });
  });

  it('with one key is made once, and known by its reference', async () => {
    const order = await paid();
    const request = { ...cancelOf(order, 2_500), reference: 'refund-1' };
    const [first, second] = [await toss.port.cancel(request), await toss.port.cancel(request)];
    expect(second).toEqual(first);
    const found = await toss.port.lookUp(order);
    expect(found).toMatchObject({
      payment: { balance: 7_500, cancels: [{ amount: 2_500, reference: 'refund-1' }] },
    });
  });

  it('for another balance than is left is not made', async () => {
    const order = await paid();
    const outcome = await toss.port.cancel({ ...cancelOf(order, 1_000), balance: 9_000 });
    expect(outcome).toMatchObject({ kind: 'unknown', code: 'NOT_MATCHES_REFUNDABLE_AMOUNT' });
    expect(entryOf(order)).toMatchObject({ refunded: 0 });
  });

  it.each(['time-out', 'error-after', 'hang-up', 'late'] as const)(
    'with %s is unknown, and there when one asks',
    async (way) => {
      const order = await paid({ cancel: way, delayMs: 60_000 });
      expect(await toss.hasty.cancel({ ...cancelOf(order, 1_000), reference: 'r' })).toMatchObject({ kind: 'unknown' });
      expect(await toss.port.lookUp(order)).toMatchObject({
        payment: { cancels: [{ amount: 1_000, reference: 'r' }] },
      });
    },
  );

  it('that comes too soon after another is turned away for now', async () => {
    await using strict = await startToss({ consecutiveMs: 60_000 });
    const order = strict.order();
    await strict.port.confirm(order);
    expect(await strict.port.cancel(cancelOf(order, 1_000))).toMatchObject({ kind: 'cancelled' });
    expect(await strict.port.cancel(cancelOf(order, 1_000))).toMatchObject({
      kind: 'unknown',
      code: 'FORBIDDEN_CONSECUTIVE_REQUEST',
    });
  });

  it('before the capture is refused', async () => {
    expect(await toss.port.cancel(cancelOf(toss.order()))).toEqual({ kind: 'refused', code: 'NOT_CANCELABLE_PAYMENT' });
  });
});

it('nothing that was logged says who paid', async () => {
  await waitFor(() => toss.lines.length > 0);
  expect(toss.lines.join('')).not.toMatch(/test_sk|Basic|12345678/);
});
