import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import type { Crowd } from './crowd.ts';
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

describe('case 2: a replica that had fallen behind takes over', () => {
  it('sells no unit twice: who holds what is sold loses it before paying', async () => {
    const [sessionId = ''] = [world.addSession()];
    const [first, second] = [world.customer(), world.customer()];
    const warm = await world.customer().hold({ sessionId, seats: [20] });
    expect(warm).toBeDefined();
    const before = await copyOf(world.root);
    const held = await first.hold({ sessionId, seats: [0, 1] });
    const pay = (order: typeof held) =>
      world.authorise({ orderId: order?.payment?.orderId ?? '', amount: order?.total ?? 0 });
    if (!held) throw new Error('the seats are free');
    expect(await first.book(held, pay(held))).toMatchObject({ state: 'CONFIRMED' });
    await putBack(world.root, before);
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
    expect(await second.book(lost, paymentKey)).toBeUndefined();
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
