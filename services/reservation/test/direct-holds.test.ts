import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import {
  createTestBroker,
  createTestDatabase,
  type PrivateServer,
  startPrivate,
  waitFor,
} from '@ticketaka/platform/testing';
import { service } from '../service.ts';
import { refusal } from './buyer.ts';
import { type ReservationServer, startReservation } from './reservation-server.ts';
import { makeShow } from './shows.ts';

const resources = new AsyncDisposableStack();
let redis: PrivateServer;
let server: ReservationServer;
beforeAll(async () => {
  const [database, broker] = await Promise.all([createTestDatabase(service), createTestBroker([service])]);
  redis = resources.use(await startPrivate('redis', [service]));
  resources.use(database);
  resources.use(broker);
  const servers = { mariadb: database.url, redis: redis.url(service), amqp: broker.url(service) };
  server = resources.use(await startReservation({ servers }));
}, 120_000);
afterAll(() => resources.disposeAsync());

it('a hold without Redis is read, let go and paid for as any other, and found again when Redis is back', async () => {
  const sessionId = server.neighbours.add(makeShow()).session.id;
  const [owner, other] = [server.buyer(), server.buyer()];
  const before = await owner.hold({ sessionId, seats: [9] });
  await redis.kill();
  const held = await waitFor(() => owner.hold({ sessionId, seats: [0, 1] }), { timeoutMs: 20_000 });
  const params = { holdId: held.id };
  const read = (buyer = owner) => buyer.client.getHold({ ...buyer.auth, params });
  expect(held.extendable).toBe(false);
  expect((await read()).body).toEqual(held);
  // Of others nothing is said for sure while Redis cannot be asked.
  expect(await refusal(read(other))).toMatchObject({ status: 503 });
  const lost = owner.client.getHold({ ...owner.auth, params: { holdId: before.id } });
  expect(await refusal(lost)).toMatchObject({ status: 503 });
  const extended = owner.client.extendHold({ ...owner.auth, params, idempotencyKey: newId() });
  expect(await refusal(extended)).toMatchObject({ status: 409, code: 'extended_already' });
  expect(await refusal(other.hold({ sessionId, seats: [1, 2] }))).toMatchObject({ status: 409, code: 'seats_taken' });

  const second = await owner.hold({ sessionId, seats: [4] });
  await owner.client.releaseHold({ ...owner.auth, params: { holdId: second.id } });
  expect(await other.hold({ sessionId, seats: [4] })).toMatchObject({ seats: [{ unit: 4 }] });

  // The last of a grade are the same again for the same key, and nobody else's.
  const vip = { sessionId: server.neighbours.add(makeShow({ perMemberLimit: 10 })).session.id, grade: 'VIP' };
  const [last, key] = [{ ...vip, quantity: 10 }, newId()];
  const ten = await waitFor(() => owner.hold(last, key), { timeoutMs: 20_000 });
  expect(await waitFor(() => owner.hold(last, key), { timeoutMs: 20_000 })).toEqual(ten);
  expect(await refusal(other.hold({ ...vip, quantity: 1 }))).toMatchObject({ status: 409, code: 'sold_out' });

  await redis.start();
  await waitFor(async () => (await refusal(read(other))).status === 404, { timeoutMs: 20_000, what: 'Redis' });
  expect((await read()).body).toMatchObject({ id: held.id });
  expect((await owner.book(held.id, `key-${newId()}`)).body).toMatchObject({
    state: 'CONFIRMED',
    tickets: [{ unit: 0 }, { unit: 1 }],
  });
}, 120_000);

it('a hold without Redis is the same hold for the same key when Redis is back', async () => {
  const sessionId = server.neighbours.add(makeShow()).session.id;
  const buyer = server.buyer();
  await server.buyer().hold({ sessionId, seats: [9] });
  await redis.kill();
  const [request, key] = [{ sessionId, grade: 'VIP', quantity: 2 }, newId()];
  const held = await waitFor(() => buyer.hold(request, key), { timeoutMs: 20_000 });
  await redis.start();
  await waitFor(() => server.buyer().hold({ sessionId, grade: 'R', quantity: 1 }), { timeoutMs: 20_000 });
  expect(await buyer.hold(request, key)).toEqual(held);
  expect((await buyer.book(held.id, `key-${newId()}`)).body.tickets.map(({ unit }) => unit)).toEqual(
    held.seats.map(({ unit }) => unit),
  );
}, 60_000);

it('while Redis does not answer, nobody is told more than to come again, and nothing is left half done', async () => {
  const sessionId = server.neighbours.add(makeShow()).session.id;
  const buyer = server.buyer();
  const held = await buyer.hold({ sessionId, seats: [0] });
  await redis.pause();
  const [hold, book] = await Promise.all([
    refusal(buyer.hold({ sessionId, seats: [5] })),
    refusal(buyer.book(held.id, `key-${newId()}`)),
  ]);
  expect([hold, book]).toMatchObject([
    { status: 503, code: 'unavailable' },
    { status: 503, code: 'unavailable' },
  ]);
  await redis.resume();
  const booked = await waitFor(() => buyer.book(held.id, `key-${newId()}`), { timeoutMs: 20_000 });
  expect(booked.body).toMatchObject({ state: 'CONFIRMED', tickets: [{ unit: 0 }] });
}, 60_000);
