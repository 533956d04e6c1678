import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { seatImage } from '../../services/reservation/seats/seat-image.ts';
import type { Crowd } from './crowd.ts';
import { duplicatesIn } from './judge.ts';
import { copyOf, putBack } from './older-redis.ts';
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

const addSessions = () => Array.from({ length: 2 + Math.ceil(scale / 2) }, () => world.addSession());

describe('case 1: Redis forgets everything', () => {
  it(
    'sells no unit twice, and the pictures are built anew',
    async () => {
      const sessionIds = addSessions();
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
      const sessionIds = addSessions();
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

describe('case 2: a replica that had fallen behind takes over', () => {
  it('sells no unit twice: who holds what is sold loses it before paying', async () => {
    const sessionId = world.addSession();
    const [first, second] = [world.customer(), world.customer()];
    const warm = await world.customer().hold({ sessionId, seats: [20] });
    expect(warm).toBeDefined();
    const before = await copyOf(world.root);
    const held = await first.hold({ sessionId, seats: [0, 1] });
    const pay = (order: typeof held) =>
      world.authorise({ orderId: order?.payment?.orderId ?? '', amount: order?.total ?? 0 });
    if (!held) throw new Error('the seats are free');
    expect(await first.book(held, pay(held))).toMatchObject({ state: 'CONFIRMED' });
    await world.outage(() => putBack(world.root, before));
    // The memory of a replica may know better than Redis; then it is not even held.
    const again = await world.image.hold(sessionId, {
      epoch: await waitFor(() => world.image.epoch(sessionId)),
      holdId: 'a-hold-of-what-is-sold',
      memberId: second.buyer.memberId,
      requestHash: 'hash',
      limit: 4,
      ttlMs: 60_000,
      candidates: [[1, 2]],
    });
    expect(again.kind).toBe('held');
    const lost = { sessionId, id: `${sessionId}.a-hold-of-what-is-sold` };
    const paymentKey = world.authorise({ orderId: 'a-hold-of-what-is-sold', amount: 241_000 });
    await world.outage(() =>
      waitFor(async () => {
        expect(await second.book(lost, paymentKey)).toBeUndefined();
        // Until the replica has found Redis again.
        return second.last?.kind === 'refused' && second.last.status < 500;
      }),
    );
    expect(second.last).toMatchObject({ kind: 'refused', status: 409, code: 'seats_taken' });
    expect(world.sandbox.ledger().find((entry) => entry.paymentKey === paymentKey)).toMatchObject({ captured: 0 });
    expect(await world.verdict()).toEqual([]);
  }, 120_000);

  it(
    'sells on, and every picture is right in the end, also those in the memory of replicas',
    async () => {
      const sessionIds = addSessions();
      const crowd = world.crowd({ sessionIds });
      await sellOn(crowd);
      for (let time = 0; time < scale; time += 1) {
        const before = await copyOf(world.root);
        await sellOn(crowd);
        await world.outage(() => putBack(world.root, before));
        await sellOn(crowd);
      }
      await crowd.stop();
      expect(await world.verdict()).toEqual([]);
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
      const sessionIds = addSessions();
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
