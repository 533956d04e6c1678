import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { Unavailable } from '@ticketaka/platform/mariadb';
import { createClaims } from '../../claims/index.ts';
import { refusal } from '../../test/buyer.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { claimsOf, openShow } from './box-office.ts';

/** How many answers of MariaDB to a confirmation are lost from now on. */
let lost = 0;
let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers({
    claims: (options) => {
      const claims = createClaims(options);
      return {
        ...claims,
        async confirm(sessionId, confirmation) {
          const outcome = await claims.confirm(sessionId, confirmation);
          if (lost === 0) return outcome;
          lost -= 1;
          throw new Unavailable('the connection was lost');
        },
      };
    },
  });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

it('tickets are given once, however often they are asked for with one key', async () => {
  const { sessionId, client, call } = openShow(server);
  const memberId = newId();
  const idempotencyKey = newId();
  const give = (quantity: number) =>
    client.giveComplimentary({ ...call, idempotencyKey, body: { memberId, grade: 'VIP', quantity } });
  lost = 1;
  expect(await refusal(give(2))).toMatchObject({ status: 503 });
  const [first, ...others] = await Promise.all([give(2), give(2), give(2)]);
  expect(first?.body.tickets).toHaveLength(2);
  for (const { body } of others) expect(body).toEqual(first?.body);
  expect(await refusal(give(3))).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  expect(await claimsOf(server, sessionId)).toEqual(first?.body.tickets.map(({ unit }) => `${unit} sold`));
});

it('tickets are given once when they are asked for twice at once', async () => {
  const { sessionId, client, call } = openShow(server);
  const body = { memberId: newId(), grade: 'R', quantity: 3 };
  const idempotencyKey = newId();
  const all = await Promise.all(
    Array.from({ length: 5 }, () => client.giveComplimentary({ ...call, idempotencyKey, body })),
  );
  expect(new Set(all.map((each) => each.body.reservationId)).size).toBe(1);
  expect(await claimsOf(server, sessionId)).toHaveLength(3);
});
