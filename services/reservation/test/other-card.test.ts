import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { refusal } from './buyer.ts';
import { PaymentDesk } from './payment-desk.ts';
import { startWithServers } from './reservation-server.ts';
import { makeShow } from './shows.ts';

/** Answers about a payment when it is told to. */
class GatedDesk extends PaymentDesk {
  /** Of these keys confirming, or looking up, waits. */
  readonly confirming = new Map<string, Promise<void>>();
  readonly lookingUp = new Map<string, Promise<void>>();
  /** Those are never paid. */
  readonly bad = new Map<string, { readonly orderId: string; readonly amount: number }>();
  readonly asked: string[] = [];

  override async confirm(request: Parameters<PaymentDesk['confirm']>[0]) {
    const { paymentKey } = request;
    const isBad = this.bad.has(paymentKey);
    const outcome = isBad
      ? ({ kind: 'declined', code: 'REJECT_CARD_PAYMENT', message: '' } as const)
      : await super.confirm(request);
    await this.confirming.get(paymentKey);
    return outcome;
  }

  override async lookUp(which: Parameters<PaymentDesk['lookUp']>[0]) {
    const key = 'paymentKey' in which ? which.paymentKey : '';
    this.asked.push(key);
    const gate = this.lookingUp.get(key);
    if (gate) {
      await gate;
      return { kind: 'not-found' } as const;
    }
    const order = this.bad.get(key);
    if (!order) return await super.lookUp(which);
    const payment = { paymentKey: key, ...order, state: 'failed', balance: 0, cancels: [] } as const;
    return { kind: 'found', payment } as const;
  }
}

const desk = new GatedDesk();
let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers({ payments: desk });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

/** A booking whose first card is about to be declined. */
async function withBadCard(card: string) {
  const sessionId = server.neighbours.add(makeShow()).session.id;
  const buyer = server.buyer();
  const held = await buyer.hold({ sessionId, seats: [0] });
  const declining = Promise.withResolvers<void>();
  desk.bad.set(card, { orderId: held.payment?.orderId ?? '', amount: held.total });
  desk.confirming.set(card, declining.promise);
  const first = refusal(buyer.book(held.id, card));
  const row = async () => {
    const rows = await server.database.query('SELECT state, payment_key FROM reservations WHERE session_id = ?', [
      sessionId,
    ]);
    return (rows as { state: string; payment_key: string | null }[])[0];
  };
  await waitFor(async () => (await row())?.payment_key === card);
  const look = () =>
    server.database.query('UPDATE reservations SET due_at = NOW(3), expires_at = NOW(3) WHERE session_id = ?', [
      sessionId,
    ]);
  return { sessionId, buyer, held, declining, first, row, look };
}

it('is not forgotten when the card before it is found declined twice', async () => {
  const { buyer, held, declining, first, row, look, sessionId } = await withBadCard('bad-1');
  await server.database.query('UPDATE reservations SET due_at = NOW(3) WHERE session_id = ?', [sessionId]);
  await waitFor(async () => (await row())?.payment_key === null);
  const answering = Promise.withResolvers<void>();
  desk.confirming.set('good-1', answering.promise);
  const second = buyer.book(held.id, 'good-1');
  await waitFor(() => desk.captured.has('good-1'));
  declining.resolve();
  expect(await first).toMatchObject({ code: 'payment_declined' });
  // As if the process had died: somebody has to find out that the money was taken.
  await look();
  await waitFor(async () => (await row())?.state !== 'CLAIMED');
  expect(await row()).toMatchObject({ state: 'CONFIRMED', payment_key: 'good-1' });
  answering.resolve();
  expect((await second).body).toMatchObject({ state: 'CONFIRMED', refunded: 0 });
});

it('is asked about before the seats are let go, though nobody knows of the card before it', async () => {
  const { sessionId, buyer, held, declining, first, row, look } = await withBadCard('bad-2');
  const looking = Promise.withResolvers<void>();
  desk.lookingUp.set('bad-2', looking.promise);
  // So long ago that what is unknown then never will be paid.
  await server.database.query(
    `UPDATE reservation_audit SET at = at - INTERVAL 1 HOUR
     WHERE reservation_id = (SELECT id FROM reservations WHERE session_id = ?)`,
    [sessionId],
  );
  await look();
  await waitFor(() => desk.asked.includes('bad-2'));
  declining.resolve();
  expect(await first).toMatchObject({ code: 'payment_declined' });
  const answering = Promise.withResolvers<void>();
  desk.confirming.set('good-2', answering.promise);
  const second = buyer.book(held.id, 'good-2');
  await waitFor(() => desk.captured.has('good-2'));
  looking.resolve();
  await waitFor(() => desk.asked.includes('good-2'), { timeoutMs: 20_000 });
  await waitFor(async () => (await row())?.state === 'CONFIRMED');
  const events = await server.database.query(
    `SELECT event FROM reservation_audit a JOIN reservations r ON r.id = a.reservation_id
     WHERE r.session_id = ? AND event = 'expired'`,
    [sessionId],
  );
  expect(events).toEqual([]);
  answering.resolve();
  expect((await second).body).toMatchObject({ state: 'CONFIRMED' });
}, 30_000);
