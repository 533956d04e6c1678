import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import { seatImage } from '../../services/reservation/seats/seat-image.ts';
import type { Crowd } from './crowd.ts';
import { duplicatesIn } from './judge.ts';
import { type RedisPair, startRedisPair } from './redis-pair.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

/** Redis forgets, dies, and comes back with what it had some time ago, all while a crowd buys. */

const some = 6 * scale;
const patient = { timeoutMs: 60_000 * scale };
const sellOn = async (crowd: Crowd, more = some) => {
  const before = crowd.bought;
  await waitFor(() => crowd.bought >= before + more, { ...patient, what: `${more} more bookings` });
};

let world: World;
beforeAll(async () => {
  world = await startWorld({ own: ['redis'] });
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

/** As many as so many bookings need, with some seats left to choose from. */
const addSessions = (bookings: number, of = world) =>
  Array.from({ length: 1 + Math.ceil((bookings * 3) / 70) }, () => of.addSession());

describe('case 1: Redis forgets everything', () => {
  it(
    'sells no unit twice, and the pictures are built anew',
    async () => {
      const sessionIds = addSessions(some * (1 + scale));
      const crowd = world.crowd({ sessionIds });
      await sellOn(crowd);
      for (let time = 0; time < scale; time += 1) {
        // What is being asked while the pictures are gone may be answered with 503.
        await world.outage(async () => {
          await world.root.flushall();
        });
        await sellOn(crowd);
      }
      await crowd.stop();
      expect(await world.verdict()).toEqual([]);
    },
    240_000 * scale,
  );

  it(
    'sells no unit twice when it is killed and comes back',
    async () => {
      const sessionIds = addSessions(3 * some);
      const crowd = world.crowd({ sessionIds });
      await sellOn(crowd);
      await world.outage(async () => {
        await world.redis().kill();
        await world.redis().start();
        await world.root.flushall();
        await sellOn(crowd, 2);
      });
      await sellOn(crowd);
      await crowd.stop();
      expect(await world.verdict()).toEqual([]);
    },
    240_000 * scale,
  );
});

describe('case 1 with 50,000 units', () => {
  it('sells on once their picture is built, and says how long that took', async () => {
    const sessionId = world.addSession({
      sections: [{ kind: 'standing', name: 'F', capacity: 50_000 }],
      grades: [['스탠딩', 50_000, 50_000]],
    });
    const hold = (unit: number) => world.customer().hold({ sessionId, seats: [unit] });
    await hold(49_999);
    // Half of them are not on sale, so that there is something to draw.
    await sql`
      INSERT INTO seat_claims (session_id, unit, state)
      SELECT ${sessionId}, seq, 'blocked' FROM seq_0_to_24999`.execute(world.db.kysely);
    const seconds = await world.outage(async () => {
      await world.root.flushall();
      const since = performance.now();
      await waitFor(() => hold(30_000), { intervalMs: 10 });
      return (performance.now() - since) / 1_000;
    });
    process.stderr.write(`50,000 units were for sale again ${seconds.toFixed(2)} s after Redis had forgotten them\n`);
    expect(await hold(0)).toBeUndefined();
    expect(await world.verdict()).toEqual([]);
  }, 120_000);
});

describe('without the number of the picture', () => {
  it('Redis that forgot offers what is sold, which the judge sees', async () => {
    const overrides = {
      image: (options: Parameters<typeof seatImage>[0]) => seatImage(options, neverStale),
      compareMs: 3_600_000,
    };
    await using careless = await startWorld({ own: ['redis'], replicas: 1, overrides });
    const sessionId = careless.addSession();
    const customer = careless.customer();
    const held = await customer.hold({ sessionId, seats: [0, 1] });
    if (!held?.payment) throw new Error('the seats are free, and cost something');
    await customer.book(held, careless.authorise({ orderId: held.payment.orderId, amount: held.total }));
    await careless.root.flushall();
    const other = careless.customer();
    const again = await waitFor(() => other.hold({ sessionId, seats: [1, 2] }));
    expect(await careless.peek()).toContainEqual(
      expect.stringMatching(/^unit 0 .* shown as free by Redis, and is sold$/),
    );
    // MariaDB has the last word even so, and before any money moves.
    expect(
      await other.book(again, careless.authorise({ orderId: again.payment?.orderId ?? '', amount: again.total })),
    ).toBeUndefined();
    expect(other.last).toMatchObject({ status: 409, code: 'seats_taken' });
    expect(duplicatesIn(await careless.peek())).toBe(0);
  }, 120_000);
});

/** Without a picture there is an empty one. */
function neverStale(lua: string): string {
  return lua.replace(
    "if not epoch or (ARGV[1] ~= '' and ARGV[1] ~= epoch) then return {'stale'} end",
    `if not epoch then
      epoch = ARGV[1] ~= '' and ARGV[1] or '2'
      redis.call('SET', base, epoch)
      redis.call('HSET', base .. ':' .. epoch .. ':h', 'version', 0, 'due', 9e15, 'units', 70, 'touch', 9e15)
      redis.call('SETRANGE', base .. ':' .. epoch .. ':b', 17, string.char(0))
    end`,
  );
}

/** What is bought while the replica does not hear of it, and what it offers when it has taken over. */
async function sellBehindReplica(of: World, pair: RedisPair) {
  const sessionId = of.addSession();
  const [first, second] = [of.customer(), of.customer()];
  await of.customer().hold({ sessionId, seats: [20] });
  await pair.lag();
  const held = await first.hold({ sessionId, seats: [0, 1] });
  if (!held?.payment) throw new Error('the seats are free, and cost something');
  const paid = of.authorise({ orderId: held.payment.orderId, amount: held.total });
  expect(await first.book(held, paid)).toMatchObject({ state: 'CONFIRMED' });
  await of.outage(() => pair.failOver(of.proxies.redis()));
  // The memory of a replica of the service may know better than Redis; then it is not even held.
  const holdId = 'a-hold-of-what-is-sold';
  const again = await waitFor(async () =>
    of.image.hold(sessionId, {
      epoch: (await of.image.epoch(sessionId)) ?? 0,
      holdId,
      memberId: second.buyer.memberId,
      requestHash: 'hash',
      limit: 4,
      ttlMs: 60_000,
      candidates: [[1, 2]],
    }),
  );
  expect(again.kind).toBe('held');
  const paymentKey = of.authorise({ orderId: holdId, amount: 284_000 });
  const key = newId();
  const booked = await of.outage(() =>
    waitFor(async () => {
      const body = await second.book({ sessionId, id: `${sessionId}.${holdId}` }, paymentKey, key);
      // Until it has found Redis again.
      const isClear = body !== undefined || (second.last?.kind === 'refused' && second.last.status < 500);
      return isClear ? { body } : undefined;
    }),
  );
  const captured = of.sandbox.ledger().find((entry) => entry.paymentKey === paymentKey)?.captured;
  return { booked: booked.body, last: second.last, captured };
}

/** Nobody looks whether it is the same Redis: only MariaDB is left. */
const unseen = { compareMs: 3_600_000, lineageMs: 3_600_000 };

describe('case 2: a replica that had fallen behind takes over', () => {
  it('sells no unit twice: who holds what is sold loses it before paying', async () => {
    await using pair = await startRedisPair();
    await using other = await startWorld({ redis: pair, overrides: unseen });
    expect(await sellBehindReplica(other, pair)).toEqual({
      booked: undefined,
      last: { kind: 'refused', status: 409, code: 'seats_taken' },
      captured: 0,
    });
    expect(duplicatesIn(await other.peek())).toBe(0);
  }, 120_000);

  it('sells what it offers again if MariaDB is not asked, which the judge sees', async () => {
    await using pair = await startRedisPair();
    const reviseSql = (text: string) =>
      text.replace(/(SELECT unit, reservation_id, state FROM seat_claims\s+WHERE) /, '$1 FALSE AND ');
    await using trusting = await startWorld({ redis: pair, overrides: unseen, reviseSql });
    await sql`ALTER TABLE seat_claims DROP PRIMARY KEY, ADD KEY bare (session_id, unit)`.execute(trusting.db.kysely);
    expect(await sellBehindReplica(trusting, pair)).toMatchObject({ booked: { state: 'CONFIRMED' } });
    expect(await trusting.peek()).toContainEqual(
      expect.stringMatching(/^sold twice: unit 1 .* by what buyers were told$/),
    );
  }, 120_000);

  it(
    'sells on, and every picture is right in the end, also those in the memory of replicas',
    async () => {
      await using pair = await startRedisPair();
      await using other = await startWorld({ redis: pair });
      const sessionIds = addSessions(some * (1 + 3 * scale), other);
      const crowd = other.crowd({ sessionIds });
      await sellOn(crowd);
      for (let time = 0; time < scale; time += 1) {
        await pair.lag();
        await sellOn(crowd);
        await other.outage(async () => {
          await pair.failOver(other.proxies.redis());
          await sellOn(crowd, 2);
        });
        await sellOn(crowd);
        await pair.comeBack();
      }
      await crowd.stop();
      expect(await other.verdict()).toEqual([]);
    },
    240_000 * scale,
  );
});

describe('while Redis is away', () => {
  it('and the clock of a replica is wrong, a claim ends when MariaDB says so', async () => {
    const now = () => new Date(Date.now() - 10 * 60_000);
    await using slow = await startWorld({ own: ['redis'], replicas: 1, overrides: { now } });
    const sessionId = slow.addSession();
    const customer = slow.customer();
    await customer.hold({ sessionId, seats: [5] });
    await slow.outage(async () => {
      await slow.redis().kill();
      const held = await waitFor(() => customer.hold({ sessionId, seats: [0] }), { intervalMs: 200 });
      expect(Date.parse(held.expiresAt) - Date.now()).toBeGreaterThan(5 * 60_000);
      await slow.redis().start();
    });
    expect(await slow.verdict()).toEqual([]);
  }, 120_000);

  it(
    'seats are claimed directly, by fewer buyers, and none twice',
    async () => {
      const sessionIds = addSessions(3 * some);
      const crowd = world.crowd({ sessionIds });
      await sellOn(crowd);
      await world.outage(async () => {
        await world.redis().kill();
        await sellOn(crowd, 3);
        await delay(20_000 * (scale > 1 ? 1 : 0));
        await world.redis().start();
        await sellOn(crowd, 2);
      });
      await sellOn(crowd);
      await crowd.stop();
      expect(await world.verdict()).toEqual([]);
    },
    240_000 * scale,
  );
});
