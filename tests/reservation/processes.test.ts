import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import type { Crowd } from './crowd.ts';
import { startReplica } from './replica-process.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

/** Processes of the service stop and die in the middle of what they do. */

let world: World;
beforeAll(async () => {
  world = await startWorld({ replicas: 1 });
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

const sellOn = async (crowd: Crowd, more: number) => {
  const before = crowd.bought;
  await waitFor(() => crowd.bought >= before + more, { timeoutMs: 60_000 * scale });
};

/** As if the minutes of the hold and its pin had passed. */
async function lapse(sessionId: string, holdId: string) {
  const epoch = await world.image.epoch(sessionId);
  const image = `reservation:seats:{${sessionId}}:${epoch}`;
  const field = `h:${holdId}`;
  const record = (await world.root.hget(`${image}:h`, field)) ?? '';
  await world.root
    .multi()
    .hset(`${image}:h`, field, record.replace(/^l\|\d+\|\d+\|/, 'l|1|1|'), 'due', '1')
    .zadd(`${image}:z`, '1', field)
    .exec();
}

describe('case 8: a process stops between the pin and the claim, and wakes up too late', () => {
  it('loses to who has bought the seats meanwhile, and no money moves', async () => {
    const sessionId = world.addSession();
    await using sleepy = await startReplica(world, { workloads: ['api'], hesitates: true });
    const [first, second] = [world.customer({ at: sleepy.url }), world.customer({ at: world.urls[0] ?? '' })];
    const held = await first.hold({ sessionId, seats: [0, 1] });
    if (!held?.payment) throw new Error('the seats are free, and cost something');
    const paymentKey = world.authorise({ orderId: held.payment.orderId, amount: held.total });
    const claiming = sleepy.claiming();
    const booking = first.book(held, paymentKey);
    await claiming;
    sleepy.signal('SIGSTOP');
    await lapse(sessionId, held.payment.orderId);
    const next = await waitFor(() => second.hold({ sessionId, seats: [1, 2] }));
    const paid = world.authorise({ orderId: next.payment?.orderId ?? '', amount: next.total });
    expect(await second.book(next, paid)).toMatchObject({ state: 'CONFIRMED' });
    sleepy.signal('SIGCONT');
    sleepy.goOn();
    expect(await booking).toBeUndefined();
    expect(first.last).toMatchObject({ kind: 'refused', status: 409, code: 'seats_taken' });
    expect(world.sandbox.ledger().find((entry) => entry.paymentKey === paymentKey)).toMatchObject({ captured: 0 });
    expect(await world.verdict()).toEqual([]);
  }, 120_000);
});

describe('kill -9 in the middle of a sale', () => {
  it(
    'of a replica of the api: nothing is half done',
    async () => {
      const sessionIds = Array.from({ length: 2 + scale }, () => world.addSession());
      const crowd = world.crowd({ sessionIds });
      for (let time = 0; time < scale; time += 1) {
        await using victim = await startReplica(world, { workloads: ['api'] });
        world.urls.push(victim.url);
        await sellOn(crowd, 6);
        await world.outage(async () => {
          await victim.kill();
          world.urls.splice(world.urls.indexOf(victim.url), 1);
          await sellOn(crowd, 2);
        });
      }
      await crowd.stop();
      expect(await world.verdict()).toEqual([]);
    },
    180_000 * scale,
  );

  it(
    'of the worker: another one brings to an end what it began',
    async () => {
      await world.server.stopWorkers();
      const sessionIds = Array.from({ length: 2 + scale }, () => world.addSession());
      const payments = [undefined, { confirm: 'hang-up', times: 2 }, { cancel: 'late', delayMs: 400 }] as const;
      const crowd = world.crowd({ sessionIds, payments, cancels: 0.5 });
      for (let time = 0; time < scale; time += 1) {
        await using victim = await startReplica(world, { workloads: ['worker'] });
        await sellOn(crowd, 6);
        await victim.kill();
        await sellOn(crowd, 2);
      }
      await crowd.stop();
      await world.server.startWorker();
      expect(await world.verdict()).toEqual([]);
    },
    180_000 * scale,
  );
});
