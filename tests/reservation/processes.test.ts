import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import type { Crowd } from './crowd.ts';
import { by, locationOf, startProxy } from './proxy.ts';
import { type ReplicaProcess, startReplica } from './replica-process.ts';
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

const seatsTaken = { kind: 'refused', status: 409, code: 'seats_taken' };

/** As if the minutes of the hold and its pin had passed. */
async function lapse(of: World, sessionId: string, holdId: string) {
  const epoch = await of.image.epoch(sessionId);
  const image = `reservation:seats:{${sessionId}}:${epoch}`;
  const field = `h:${holdId}`;
  const record = (await of.root.hget(`${image}:h`, field)) ?? '';
  await of.root
    .multi()
    .hset(`${image}:h`, field, record.replace(/^l\|\d+\|\d+\|/, 'l|1|1|'), 'due', '1')
    .zadd(`${image}:z`, '1', field)
    .exec();
}

/** A replica stops on its way to a claim, and goes on when somebody else has bought one of the seats. */
interface Oversleeping {
  /** That it knows. */
  readonly sessionId: string;
  readonly sleepy: ReplicaProcess;
  /** Resolves when it has come to where it is to stop. */
  readonly there: () => Promise<void>;
  readonly goOn: () => void;
}

async function oversleep(of: World, { sessionId, sleepy, there, goOn }: Oversleeping) {
  const [first, second] = [of.customer({ at: sleepy.url }), of.customer({ at: of.urls[0] ?? '' })];
  const held = await first.hold({ sessionId, seats: [0, 1] });
  if (!held?.payment) throw new Error('the seats are free, and cost something');
  const paymentKey = of.authorise({ orderId: held.payment.orderId, amount: held.total });
  const arrived = there();
  const booking = first.book(held, paymentKey);
  await arrived;
  sleepy.signal('SIGSTOP');
  await lapse(of, sessionId, held.payment.orderId);
  const next = await waitFor(() => second.hold({ sessionId, seats: [1, 2] }));
  const paid = of.authorise({ orderId: next.payment?.orderId ?? '', amount: next.total });
  expect(await second.book(next, paid)).toMatchObject({ state: 'CONFIRMED' });
  sleepy.signal('SIGCONT');
  goOn();
  const booked = await booking;
  const captured = of.sandbox.ledger().find((entry) => entry.paymentKey === paymentKey)?.captured;
  return { booked, last: first.last, captured };
}

/** It has seen that the seats are nobody's, and is about to write. */
async function beforeTheWrite(of: World) {
  const sessionId = of.addSession();
  const proxy = await startProxy(locationOf(of.servers.mariadb));
  const sleepy = await startReplica(of, {
    workloads: ['api'],
    servers: { ...of.servers, mariadb: by(proxy, of.servers.mariadb) },
  });
  const [reached, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  proxy.toServer = async (bytes) => {
    if (!/insert into `?seat_claims\b/i.test(bytes.toString('latin1'))) return true;
    reached.resolve();
    await going.promise;
    return true;
  };
  return {
    sessionId,
    sleepy,
    there: () => reached.promise,
    goOn: going.resolve,
    async [Symbol.asyncDispose]() {
      await sleepy[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

describe('case 8: a process stops between the pin and the claim, and wakes up too late', () => {
  it('loses to who has bought the seats meanwhile, and no money moves', async () => {
    const sessionId = world.addSession();
    await using sleepy = await startReplica(world, { workloads: ['api'], hesitates: true });
    const sleeping = { sessionId, sleepy, there: () => sleepy.claiming(), goOn: () => sleepy.goOn() };
    const outcome = await oversleep(world, sleeping);
    expect(outcome).toEqual({ booked: undefined, last: seatsTaken, captured: 0 });
    expect(await world.verdict()).toEqual([]);
  }, 120_000);

  it('also when it had looked and found them free: it loses on the key', async () => {
    await using sleeping = await beforeTheWrite(world);
    expect(await oversleep(world, sleeping)).toEqual({ booked: undefined, last: seatsTaken, captured: 0 });
    expect(await world.verdict()).toEqual([]);
  }, 120_000);

  it('and sells them again without that key, which the judge sees', async () => {
    await using bare = await startWorld({ replicas: 1 });
    await sql`ALTER TABLE seat_claims DROP PRIMARY KEY, ADD KEY bare (session_id, unit)`.execute(bare.db.kysely);
    await using sleeping = await beforeTheWrite(bare);
    expect(await oversleep(bare, sleeping)).toMatchObject({ booked: { state: 'CONFIRMED' } });
    expect(await bare.peek()).toContainEqual(expect.stringMatching(/^sold twice: unit 1 .* by what buyers were told$/));
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
