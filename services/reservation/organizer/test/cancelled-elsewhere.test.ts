import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sessionCancelled } from '@ticketaka/performances/api';
import { type Broker, openBroker } from '@ticketaka/platform/broker';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { waitFor } from '@ticketaka/platform/testing';
import { refusal } from '../../test/buyer.ts';
import { performances, startWithServers } from '../../test/reservation-server.ts';
import { openShow } from './box-office.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
let broker: Broker;
beforeAll(async () => {
  server = await startWithServers();
  const log = createLogger({ service: 'performances', workload: 'test', level: 'silent' });
  broker = await openBroker({ url: server.broker.url(performances), service: 'performances', log });
}, 90_000);
afterAll(async () => {
  await broker.close();
  await server[Symbol.asyncDispose]();
});

type Show = ReturnType<typeof openShow>;

const callOff = async ({ sessionId, show, person }: Show) => {
  const data = { sessionId, performanceId: show.performance.id, cancelledBy: person.memberId };
  await broker.publish(sessionCancelled, data, { subject: sessionId });
};
const progress = async ({ client, call }: Show) => (await client.getSessionCancellation(call)).body;
const isOver = (show: Show) => async () => {
  const { state, refunds } = await progress(show);
  return state === 'done' && refunds.waiting === 0;
};
/** Replicas hear of it within a second or two. */
const isClosed = (show: Show) => async () =>
  (await refusal(server.buyer().hold({ sessionId: show.sessionId, seats: [9] }))).code === 'session_cancelled';

it('has everybody given everything back by itself, once, and an organiser who asks for it too joins in', async () => {
  const show = openShow(server);
  const { sessionId, client, keyed } = show;
  const buyers = await Promise.all(
    [0, 1, 2].map(async (unit) => {
      const buyer = server.buyer();
      return { buyer, booked: await buyer.buy({ sessionId, seats: [unit] }) };
    }),
  );
  await callOff(show);
  await waitFor(isOver(show), { timeoutMs: 30_000 });
  const job = await progress(show);
  expect(job).toMatchObject({ total: 3, done: 3, failed: 0, refunds: { made: 3 * 142_000, refused: 0 } });
  for (const { buyer, booked } of buyers) {
    const { body } = await buyer.client.getReservation({ ...buyer.auth, params: { reservationId: booked.id } });
    expect(body).toMatchObject({ state: 'REFUNDED', refunded: booked.total });
  }
  await waitFor(isClosed(show));

  await callOff(show);
  const joined = (await client.cancelSession({ ...keyed(), body: { reason: '출연자 부상' } })).body;
  expect(joined).toMatchObject({ id: job.id, total: 3, reason: job.reason });
  await waitFor(isOver(show));
  const given = await server.database.query(
    'SELECT f.id FROM refunds f JOIN reservations r ON r.id = f.reservation_id WHERE r.session_id = ?',
    [sessionId],
  );
  expect(given).toHaveLength(3);
});

it('also stops the sales of a session of which nobody has heard yet', async () => {
  const show = openShow(server);
  await callOff(show);
  await waitFor(isOver(show), { timeoutMs: 30_000 });
  expect(await progress(show)).toMatchObject({ total: 0, state: 'done' });
  await waitFor(isClosed(show));
  const unknown = openShow(server);
  const read = unknown.client.getSessionCancellation({ ...unknown.call, params: { sessionId: newId() } });
  expect((await refusal(read)).status).toBe(404);
});
