import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { sumOf } from './measured.ts';
import { startWithServers } from './reservation-server.ts';
import { makeShow } from './shows.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

it('counts tickets when they are sold, and not again when the same is asked again', async () => {
  const sessionId = server.neighbours.add(makeShow()).session.id;
  const before = await sumOf(server, 'tickets_confirmed_total');
  const buyer = server.buyer();
  const held = await buyer.hold({ sessionId, seats: [0, 1] });
  expect(await sumOf(server, 'tickets_confirmed_total')).toBe(before);
  const key = newId();
  await buyer.book(held.id, 'key-of-two', key);
  await buyer.book(held.id, 'key-of-two', key);
  expect(await sumOf(server, 'tickets_confirmed_total')).toBe(before + 2);
});

it('counts those who come to the door, by what they are told', async () => {
  const sessionId = server.neighbours.add(makeShow()).session.id;
  const buyer = server.buyer();
  const { id: reservationId } = await buyer.buy({ sessionId, seats: [0] });
  const { tickets } = (await buyer.client.listTickets({ ...buyer.auth, params: { reservationId } })).body;
  const token = tickets[0]?.token ?? '';
  const staff = server.buyer({ roles: ['staff'] });
  const scan = (text: string) => ({ scanId: newId(), token: text });
  for (const text of [token, token, 'no code of ours'])
    await staff.client.checkIn({ ...staff.auth, body: { sessionId, gate: 'A', scans: [scan(text)] } });
  for (const outcome of ['admitted', 'already', 'invalid'])
    expect([outcome, await sumOf(server, 'check_ins_total', `outcome="${outcome}"`)]).toEqual([outcome, 1]);
});
