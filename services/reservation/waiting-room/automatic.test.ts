import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { openShow } from '../organizer/test/box-office.ts';
import { refusal } from '../test/buyer.ts';
import { startWithServers } from '../test/reservation-server.ts';

const patience = { timeoutMs: 30_000 };
let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers({}, { holdsPerSecond: 5 });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

it('an automatic waiting room comes on by the holds that are asked for, and goes off when they end', async () => {
  const show = openShow(server);
  const { sessionId, client, call } = show;
  await client.setQueue({ ...call, body: { mode: 'auto' } });
  const state = async () => (await client.getQueue({ params: { sessionId } })).body.state;
  const hold = (seat: number) => refusal(server.buyer().hold({ sessionId, seats: [seat] }));
  await server.buyer().hold({ sessionId, seats: [0] });
  expect(await hold(0)).toMatchObject({ code: 'seats_taken' });

  await waitFor(async () => (await hold(0)).code === 'pass_required', patience);
  const buyer = server.buyer();
  const enter = () => buyer.client.enterQueue({ ...buyer.auth, params: { sessionId }, body: {} });
  const { body: place } = await enter();
  expect(place).toMatchObject({ number: 1 });
  expect(await state()).toBe('open');

  // A minute without them; all of it but the last second is made up.
  await waitFor(async () => {
    await server.database.query('UPDATE waiting_rooms SET calm_seconds = 59 WHERE id = ? AND calm_seconds > 0', [
      sessionId,
    ]);
    return (await state()) === 'off';
  }, patience);
  expect(await buyer.hold({ sessionId, seats: [1] })).toMatchObject({ seats: [{ unit: 1 }] });
}, 120_000);
