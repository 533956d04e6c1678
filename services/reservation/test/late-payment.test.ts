import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { openRedis, type Redis } from '@ticketaka/platform/redis';
import { waitFor } from '@ticketaka/platform/testing';
import { createSeatImage, readUnit, unitState } from '../seats/index.ts';
import { type Buyer, refusal } from './buyer.ts';
import { sumOf } from './measured.ts';
import { tellOfPayment } from './payment-news.ts';
import { startWithServers } from './reservation-server.ts';
import { makeShow } from './shows.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
let redis: Redis;
beforeAll(async () => {
  // The comparison with MariaDB would find the seats as well, half a minute later.
  server = await startWithServers({ compareMs: 3_600_000 });
  const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
  redis = await openRedis({ url: server.redis.url, service: 'reservation', log });
}, 90_000);
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

const addShow = () => server.neighbours.add(makeShow()).session.id;

/** What Redis has of the first units of a session. */
async function shown(sessionId: string, count: number) {
  const picture = await createSeatImage({ redis }).bits(sessionId);
  if (picture.kind === 'stale') throw new Error('there is no picture');
  return Array.from({ length: count }, (_, unit) => readUnit(picture.bitmap, unit));
}

/** Claims seats, and lets their time run out before the money is there. */
async function runOut(buyer: Buyer, body: Parameters<Buyer['hold']>[0]) {
  const held = await buyer.hold(body);
  server.desk.behaviour = 'decline';
  expect(await refusal(buyer.book(held.id, `declined-${newId()}`))).toMatchObject({ code: 'payment_declined' });
  server.desk.behaviour = 'approve';
  await server.database.query('UPDATE reservations SET expires_at = NOW(3), due_at = NOW(3) WHERE member_id = ?', [
    buyer.memberId,
  ]);
  const mine = async () => (await buyer.client.listReservations({ ...buyer.auth, query: {} })).body.reservations[0];
  await waitFor(async () => (await mine())?.state === 'EXPIRED');
  await waitFor(async () => (await shown(body.sessionId, 1))[0] === unitState.free);
  const order = { orderId: held.payment?.orderId ?? '', paymentKey: `late-${newId()}` };
  server.desk.captured.set(order.paymentKey, {
    orderId: order.orderId,
    amount: held.total,
    cancelled: [],
    approvedAt: new Date(),
  });
  return { order, mine, total: held.total };
}

it('takes its seats again, also in the picture, from whoever holds them, and counts as a sale', async () => {
  const sessionId = addShow();
  const [buyer, other] = [server.buyer(), server.buyer()];
  const { order, mine } = await runOut(buyer, { sessionId, seats: [0, 1] });
  const held = await waitFor(() => other.hold({ sessionId, seats: [0] }));
  const before = await sumOf(server, 'tickets_confirmed_total');

  expect(await tellOfPayment(server, order)).toBe(200);
  expect(await shown(sessionId, 3)).toEqual([unitState.taken, unitState.taken, unitState.free]);
  expect(await mine()).toMatchObject({ state: 'CONFIRMED', refunded: 0 });
  expect(await sumOf(server, 'tickets_confirmed_total')).toBe(before + 2);
  expect(await refusal(other.book(held.id, 'too-late'))).toMatchObject({ status: 404, code: 'hold_not_found' });
  expect(server.desk.captured.has('too-late')).toBe(false);
});

it('goes back when somebody else has bought them, and the reservation says so', async () => {
  const sessionId = addShow();
  const [buyer, other] = [server.buyer(), server.buyer()];
  const { order, mine, total } = await runOut(buyer, { sessionId, seats: [0] });
  await waitFor(() => other.buy({ sessionId, seats: [0] }));

  expect(await tellOfPayment(server, order)).toBe(200);
  expect(await mine()).toMatchObject({ state: expect.stringMatching('CANCELLED|REFUNDED'), refunded: total });
  await waitFor(async () => (await mine())?.state === 'REFUNDED');
  expect(await mine()).toMatchObject({ refunded: total });
  expect(server.desk.keptFor(order.orderId)).toBe(0);
});

it('goes back when the session has begun meanwhile, though its seats are free', async () => {
  const sessionId = addShow();
  const { order, mine, total } = await runOut(server.buyer(), { sessionId, seats: [0] });
  await server.database.query('UPDATE sessions SET starts_at = NOW(3) WHERE session_id = ?', [sessionId]);

  expect(await tellOfPayment(server, order)).toBe(200);
  await waitFor(async () => (await mine())?.state === 'REFUNDED');
  expect(await mine()).toMatchObject({ refunded: total, confirmedAt: null });
  expect(server.desk.keptFor(order.orderId)).toBe(0);
  expect((await shown(sessionId, 1))[0]).toBe(unitState.free);
});
