import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { openShow } from '../organizer/test/box-office.ts';
import { endOffers, join, offerOf, soldOutShow } from '../waitlist/test/sold-out-show.ts';
import { refusal } from './buyer.ts';
import { tellOfPayment } from './payment-news.ts';
import { startWithServers } from './reservation-server.ts';
import { makeShow } from './shows.ts';

let aheadMs = 0;
let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers({ now: () => new Date(Date.now() + aheadMs) });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());
afterEach(() => {
  aheadMs = 0;
});

const minuteMs = 60_000;

describe('a hold whose answer was lost, asked for again', () => {
  it('is told as it is by now', async () => {
    const sessionId = server.neighbours.add(makeShow()).session.id;
    const buyer = server.buyer();
    const key = newId();
    const { id: holdId } = await buyer.hold({ sessionId, seats: [0] }, key);
    const extended = await buyer.client.extendHold({ ...buyer.auth, params: { holdId }, idempotencyKey: newId() });
    expect(await buyer.hold({ sessionId, seats: [0] }, key)).toEqual(extended.body);
  });

  it.each([
    ['the sale has closed', {}, 'sale_closed'],
    ['the presale is over', { presale: true }, 'not_on_sale_yet'],
  ] as const)('is that hold when %s meanwhile', async (_, options, code) => {
    const show = makeShow(options);
    const [window] = show.session.saleWindows;
    if (window) window.closesAt = new Date(Date.now() + minuteMs).toISOString();
    const sessionId = server.neighbours.add(show).session.id;
    const buyer = server.buyer();
    const [request, key] = [{ sessionId, seats: [0], presaleCode: 'MOON' }, newId()];
    const held = await buyer.hold(request, key);
    aheadMs = 2 * minuteMs;
    expect(await refusal(server.buyer().hold({ ...request, seats: [1] }))).toMatchObject({ code });
    // What was not asked for with this key then is not given now.
    expect(await refusal(buyer.hold({ ...request, seats: [1] }, key))).toMatchObject({ code });
    expect(await buyer.hold(request, key)).toEqual(held);
    await buyer.client.releaseHold({ ...buyer.auth, params: { holdId: held.id } });
    expect(await refusal(buyer.hold(request, key))).toMatchObject({ code });
  });

  it('is that hold when its seats were offered for a time that is over', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 2);
    const buyer = server.buyer();
    await join(buyer, sessionId);
    await giveBack(1);
    const { id: offerId } = await offerOf(buyer, sessionId);
    const [request, key] = [{ sessionId, seats: [1], offerId }, newId()];
    const held = await buyer.hold(request, key);
    await endOffers(server, sessionId);
    expect(await refusal(buyer.hold(request))).toMatchObject({ code: 'offer_ended' });
    expect(await buyer.hold(request, key)).toEqual(held);
  });

  it('is that hold when one has to wait for a turn by now', async () => {
    const { sessionId, client, call } = openShow(server);
    const buyer = server.buyer();
    const [request, key] = [{ sessionId, grade: 'VIP', quantity: 2 }, newId()];
    const held = await buyer.hold(request, key);
    await client.setQueue({ ...call, body: { mode: 'on' } });
    await waitFor(async () => (await refusal(server.buyer().hold({ sessionId, seats: [9] }))).code === 'pass_required');
    expect(await buyer.hold(request, key)).toEqual(held);
  });
});

it('a crowd that is turned away is looked for as often only as Redis carries', async () => {
  // A tenth of this a second, and one at once.
  await using small = await startWithServers({ now: () => new Date(Date.now() + aheadMs) }, { holdsPerSecond: 0.1 });
  const show = small.neighbours.add(makeShow());
  const [window] = show.session.saleWindows;
  if (window) window.closesAt = new Date(Date.now() + minuteMs).toISOString();
  const [buyer, request, key] = [small.buyer(), { sessionId: show.session.id, seats: [0] }, newId()];
  const held = await buyer.hold(request, key);
  aheadMs = 2 * minuteMs;
  expect(await buyer.hold(request, key)).toEqual(held);
  expect(await refusal(buyer.hold(request, key))).toMatchObject({ code: 'sale_closed' });
}, 30_000);

it('holds of two sessions with one key are two orders, and each is paid for by its own payment', async () => {
  const buyer = server.buyer();
  const key = newId();
  const sessions = [makeShow(), makeShow()].map((show) => server.neighbours.add(show).session.id);
  const holds = await Promise.all(sessions.map((sessionId) => buyer.hold({ sessionId, seats: [0] }, key)));
  server.desk.behaviour = 'decline';
  for (const { id } of holds) expect(await refusal(buyer.book(id, newId()))).toMatchObject({ status: 402 });
  server.desk.behaviour = 'approve';
  for (const { payment, total: amount } of holds) {
    const order = { orderId: payment?.orderId ?? '', paymentKey: newId() };
    server.desk.captured.set(order.paymentKey, { ...order, amount, cancelled: [], approvedAt: new Date() });
    expect(await tellOfPayment(server, order)).toBe(200);
  }
  const { reservations } = (await buyer.client.listReservations({ ...buyer.auth, query: {} })).body;
  expect(reservations).toMatchObject([{ state: 'CONFIRMED' }, { state: 'CONFIRMED' }]);
});

it('a hold of a seat that is not sold any more is over', async () => {
  const show = makeShow();
  const { session, map } = show;
  if (!map) throw new Error('it has a map');
  server.neighbours.add(show);
  const buyer = server.buyer();
  const { id: holdId } = await buyer.hold({ sessionId: session.id, seats: [0] });
  const [vip = 0, count = 0, ...others] = map.gradeRuns;
  server.neighbours.add({ ...show, map: { ...map, gradeRuns: [-1, 1, vip, count - 1, ...others] }, version: 2 });
  const { client, auth } = server.buyer({ at: await server.startApi(), memberId: buyer.memberId });
  const call = { ...auth, params: { holdId } };
  const over = { status: 404, code: 'hold_not_found' };
  expect(await refusal(client.getHold(call))).toMatchObject(over);
  expect(await refusal(client.extendHold({ ...call, idempotencyKey: newId() }))).toMatchObject(over);
  await client.releaseHold(call);
});

it('a hold that is claimed costs what it did then, whatever the seats cost by now', async () => {
  const show = makeShow();
  const { session, map } = show;
  if (!map) throw new Error('it has a map');
  server.neighbours.add(show);
  const buyer = server.buyer();
  const held = await buyer.hold({ sessionId: session.id, seats: [0] });
  server.desk.behaviour = 'decline';
  expect(await refusal(buyer.book(held.id, newId()))).toMatchObject({ code: 'payment_declined' });
  server.desk.behaviour = 'approve';
  const grades = map.grades.map((each) => ({ ...each, price: each.price + 1_000 }));
  server.neighbours.add({ ...show, map: { ...map, grades }, version: 2 });
  const there = server.buyer({ at: await server.startApi(), memberId: buyer.memberId });
  const { body } = await there.client.getHold({ ...there.auth, params: { holdId: held.id } });
  expect(body).toMatchObject({ seats: held.seats, total: held.total, payment: held.payment });
  expect((await there.book(held.id, newId())).body).toMatchObject({ state: 'CONFIRMED', total: body.total });
});
