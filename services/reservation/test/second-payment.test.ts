import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { PaymentDesk } from './payment-desk.ts';
import { tellOfPayment } from './payment-news.ts';
import { startWithServers } from './reservation-server.ts';
import { makeShow } from './shows.ts';

/** What else happens before the payment service answers. */
class SlowDesk extends PaymentDesk {
  meanwhile: () => Promise<void> = async () => undefined;

  override async confirm(request: Parameters<PaymentDesk['confirm']>[0]) {
    const outcome = await super.confirm(request);
    await this.meanwhile();
    return outcome;
  }
}

const desk = new SlowDesk();
let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers({ payments: desk });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

async function tell(order: { readonly orderId: string; readonly paymentKey: string }) {
  expect(await tellOfPayment(server, order)).toBe(200);
}

it('goes back when another payment made the sale while its answer was on the way', async () => {
  const buyer = server.buyer();
  const held = await buyer.hold({ sessionId: server.neighbours.add(makeShow()).session.id, seats: [0] });
  const orderId = held.payment?.orderId ?? '';
  desk.meanwhile = async () => {
    desk.captured.set('elsewhere', { orderId, amount: held.total, cancelled: [], approvedAt: new Date() });
    await tell({ orderId, paymentKey: 'elsewhere' });
  };
  expect((await buyer.book(held.id, 'here')).body).toMatchObject({ state: 'CONFIRMED', refunded: 0 });
  await waitFor(() => desk.keptFor(orderId) === held.total);
  expect(desk.captured.get('elsewhere')?.cancelled).toEqual([]);
});

it('is the payment of the sale when its own webhook was faster than its answer', async () => {
  const buyer = server.buyer();
  const held = await buyer.hold({ sessionId: server.neighbours.add(makeShow()).session.id, seats: [0] });
  const order = { orderId: held.payment?.orderId ?? '', paymentKey: 'told-first' };
  desk.meanwhile = () => tell(order);
  const { body } = await buyer.book(held.id, order.paymentKey);
  expect(body).toMatchObject({ state: 'CONFIRMED' });
  const rows = await server.database.query('SELECT state FROM payments WHERE reservation_id = ?', [body.id]);
  expect(rows).toEqual([{ state: 'captured' }]);
  expect(await server.database.query('SELECT id FROM refunds WHERE reservation_id = ?', [body.id])).toEqual([]);
});

it('is no bad news when it is declined since another payment made the sale', async () => {
  const buyer = server.buyer();
  const held = await buyer.hold({ sessionId: server.neighbours.add(makeShow()).session.id, seats: [0] });
  const orderId = held.payment?.orderId ?? '';
  desk.behaviour = 'decline';
  desk.meanwhile = async () => {
    desk.captured.set('first', { orderId, amount: held.total, cancelled: [], approvedAt: new Date() });
    await tell({ orderId, paymentKey: 'first' });
  };
  expect((await buyer.book(held.id, 'second')).body).toMatchObject({ state: 'CONFIRMED' });
  expect(desk.keptFor(orderId)).toBe(held.total);
});
