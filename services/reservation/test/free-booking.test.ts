import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { createClaims } from '../claims/index.ts';
import { refusal } from './buyer.ts';
import { startWithServers } from './reservation-server.ts';
import { makeShow } from './shows.ts';

/** What else happens before a claim becomes a sale. */
let meanwhile = async () => {};
let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers({
    claims: (options) => {
      const claims = createClaims(options);
      return {
        ...claims,
        async confirm(sessionId, confirmation) {
          await meanwhile();
          return await claims.confirm(sessionId, confirmation);
        },
      };
    },
  });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

it('a booking of free seats is none when they were let go at the same moment', async () => {
  const sessionId = server.neighbours.add(makeShow({ grades: [['초대', 0, 70]] })).session.id;
  const buyer = server.buyer();
  const { id: holdId } = await buyer.hold({ sessionId, seats: [0] });
  meanwhile = async () => void (await buyer.client.releaseHold({ ...buyer.auth, params: { holdId } }));
  const key = newId();
  const over = { status: 404, code: 'hold_not_found' };
  expect(await refusal(buyer.book(holdId, undefined, key))).toMatchObject(over);
  expect(await refusal(buyer.book(holdId, undefined, key))).toMatchObject(over);
});
