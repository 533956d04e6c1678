import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineMessage, defineService } from '../contract/index.ts';
import { createLogger } from '../log/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { currentTrace, newTrace, withTrace } from '../telemetry/index.ts';
import { createTestBroker, type TestBroker, waitFor } from '../testing/index.ts';
import { type Broker, type FollowedEvent, type FollowFrom, followingOf, openBroker, Poison } from './index.ts';

const changed = defineMessage({
  service: 'shows',
  type: 'show.changed',
  summary: 'A show changed',
  data: z.object({ number: z.int() }),
});
const shows = defineService({
  name: 'shows',
  summary: 'Publishes to itself',
  workloads: { worker: { kind: 'worker', scale: { min: 1, max: 1 } } },
  publishes: [changed],
  follows: [{ message: changed }],
});
const following = followingOf(shows, changed);

let server: TestBroker;
let metrics: ReturnType<typeof createMetrics>;
const opened: Broker[] = [];
const lines: string[] = [];
const log = createLogger({
  service: 'shows',
  workload: 'test',
  destination: { write: (line: string) => void lines.push(line) },
});

async function open() {
  const broker = await openBroker({ url: server.url(shows), service: 'shows', log, metrics });
  opened.push(broker);
  return broker;
}

async function publish(broker: Broker, ...numbers: number[]) {
  for (const number of numbers) await broker.publish(changed, { number });
}

/** Reads from there into a list. */
async function reader(broker: Broker, from: FollowFrom) {
  const events: FollowedEvent<typeof changed>[] = [];
  const follower = await broker.follow(following, { from }, async (event) => void events.push(event));
  return { follower, events, numbers: () => events.map(({ data }) => data.number) };
}

beforeAll(() => {
  metrics = createMetrics({ service: 'shows', workload: 'test', ofProcess: false });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((broker) => broker.close()));
  lines.length = 0;
  await server[Symbol.asyncDispose]();
});
afterAll(() => metrics.registry.clear());

/** A stream keeps what it has: each test has its own. */
async function fresh() {
  server = await createTestBroker([shows]);
  return open();
}

describe('a stream', () => {
  it('is read in its order, by each reader all of it, and by nobody used up', async () => {
    const broker = await fresh();
    await publish(broker, 1, 2, 3);
    const [one, other] = [await reader(broker, 'first'), await reader(await open(), 'first')];
    await publish(broker, 4);
    for (const { events, numbers } of [one, other]) {
      await waitFor(() => events.length === 4);
      expect(numbers()).toEqual([1, 2, 3, 4]);
      expect(events.map(({ offset }) => offset)).toEqual([0, 1, 2, 3]);
    }
  });

  it.each([
    ['an offset', () => ({ offset: 1 }), [2, 3, 4]],
    ['its first message', () => 'first' as const, [1, 2, 3, 4]],
    ['the next message', () => 'next' as const, [4]],
    ['a time before', () => ({ timestamp: new Date(Date.now() - 60_000) }), [1, 2, 3, 4]],
    ['its end', () => ({ offset: 3 }), [4]],
  ])('can be read from %s', async (_, from, expected) => {
    const broker = await fresh();
    await publish(broker, 1, 2, 3);
    const { events, numbers } = await reader(broker, from());
    await publish(broker, 4);
    await waitFor(() => events.at(-1)?.data.number === 4);
    expect(numbers()).toEqual(expected);
  });

  it('gives one message at a time, under the trace of its publisher', async () => {
    const broker = await fresh();
    const trace = newTrace();
    await withTrace(trace, () => publish(broker, 1, 2, 3));
    let running = 0;
    const most: number[] = [];
    const traces: unknown[] = [];
    await broker.follow(following, { from: 'first' }, async () => {
      running += 1;
      most.push(running);
      traces.push(currentTrace());
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    });
    await waitFor(() => most.length === 3);
    expect(most).toEqual([1, 1, 1]);
    expect(traces).toEqual([trace, trace, trace]);
  });

  it('says how far it was read', async () => {
    const broker = await fresh();
    const released = Promise.withResolvers<void>();
    const follower = await broker.follow(following, { from: 'first' }, () => released.promise);
    expect([follower.position, await follower.behind()]).toEqual([undefined, 0]);
    await publish(broker, 1, 2);
    expect(await follower.behind()).toBe(2);
    released.resolve();
    await waitFor(async () => (await follower.behind()) === 0);
    expect(follower.position).toEqual({ offset: 1, time: expect.any(Date) });
    await broker.close();
    await expect(follower.behind()).rejects.toMatchObject({ unavailable: true });
  });

  it('goes on behind more messages than are sent ahead', async () => {
    const broker = await fresh();
    const many = Array.from({ length: 1500 }, (_, number) => number);
    await Promise.all(many.map((number) => broker.publish(changed, { number })));
    const { follower, events } = await reader(broker, 'first');
    await waitFor(() => events.length === many.length);
    expect(events.map(({ offset }) => offset)).toEqual(many);
    expect(await follower.behind()).toBe(0);
  });
});

describe('a message that cannot be handled', () => {
  it('is skipped and counted, when it does not parse or its handler calls it poison', async () => {
    const broker = await fresh();
    await server.publishRaw({ exchange: 'shows', routingKey: changed.type, body: 'no JSON' });
    await publish(broker, 1, 2);
    const handled: number[] = [];
    const follower = await broker.follow(following, { from: 'first' }, async ({ data: { number } }) => {
      if (number === 1) throw new Poison('not this one');
      handled.push(number);
    });
    await waitFor(() => handled.length === 1 && follower.position?.offset === 2);
    expect(handled).toEqual([2]);
    expect(lines.filter((line) => line.includes('skipped'))).toHaveLength(2);
    expect(await metrics.registry.getSingleMetricAsString('ticketaka_broker_consumed_total')).toMatch(
      /verdict="skip".* 2$/m,
    );
  });

  it('waits while what its handler needs is away, and the messages after it wait too', async () => {
    const broker = await fresh();
    await publish(broker, 1, 2);
    let away = 7;
    const handled: number[] = [];
    await broker.follow(following, { from: 'first' }, async ({ data: { number } }) => {
      if (number === 1 && away > 0) {
        away -= 1;
        throw Object.assign(new Error('no database'), { unavailable: true });
      }
      handled.push(number);
    });
    await waitFor(() => handled.length === 2, { timeoutMs: 25_000 });
    expect(handled).toEqual([1, 2]);
  });

  it('is tried again a few times before it is skipped', async () => {
    const broker = await fresh();
    await publish(broker, 1, 2);
    const tried: number[] = [];
    await broker.follow(following, { from: 'first' }, async ({ data: { number } }) => {
      tried.push(number);
      if (number === 1) throw new Error('a bug');
    });
    await waitFor(() => tried.includes(2), { timeoutMs: 20_000 });
    expect(tried).toEqual([1, 1, 1, 1, 1, 2]);
  });
});

it('is read by a service that may only read it, and by no other', async () => {
  const stranger = defineService({
    name: 'stranger',
    summary: 'Has nothing',
    workloads: shows.workloads,
    publishes: [changed],
  });
  server = await createTestBroker([shows, stranger]);
  const broker = await openBroker({ url: server.url(stranger), service: 'stranger', log });
  opened.push(broker);
  // As with a queue it is tried again, for ever.
  void broker.follow(following, { from: 'first' }, async () => undefined);
  await waitFor(() => lines.some((line) => line.includes('cannot consume') && line.includes('ACCESS_REFUSED')));
});
