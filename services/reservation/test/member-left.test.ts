import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { openShow } from '../organizer/test/box-office.ts';
import { refusal } from './buyer.ts';
import { startWithServers } from './reservation-server.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

it('who has left neither buys nor is given anything, though a replica still remembers them', async () => {
  const { sessionId, client, keyed } = openShow(server);
  const buyer = server.buyer();
  await buyer.buy({ sessionId, seats: [0] });
  server.neighbours.left.add(buyer.memberId);
  // As another process does that was told.
  await server.database.query('UPDATE buyers SET erased = TRUE WHERE member_id = ?', [buyer.memberId]);
  const held = await buyer.hold({ sessionId, seats: [1] });
  const key = `key-${newId()}`;
  expect(await refusal(buyer.book(held.id, key))).toMatchObject({ status: 404, code: 'hold_not_found' });
  expect(server.desk.captured.has(key)).toBe(false);
  const body = { memberId: buyer.memberId, units: [2] };
  expect(await refusal(client.giveComplimentary({ ...keyed(), body }))).toMatchObject({ code: 'recipient_not_found' });
  expect(await server.buyer().hold({ sessionId, seats: [2] })).toMatchObject({ seats: [{ unit: 2 }] });
});
