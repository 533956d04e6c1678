import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { z } from 'zod';
import { defineMessage, defineService } from '../contract/index.ts';
import { Health } from '../lifecycle/index.ts';
import { createLogger } from '../log/index.ts';
import { type PrivateServer, startPrivate, waitFor } from '../testing/index.ts';
import { type Broker, type FollowFrom, followingOf, type Gap, openBroker } from './index.ts';

const changed = defineMessage({
  service: 'shows',
  type: 'show.changed',
  summary: 'A show changed',
  data: z.object({ number: z.int(), padding: z.string().optional() }),
});
const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const shows = defineService({ name: 'shows', summary: 'Publishes', workloads, publishes: [changed] });
/** Reads, and may do nothing else. */
const page = defineService({ name: 'page', summary: 'Reads', workloads, follows: [{ message: changed }] });
const following = followingOf(page, changed);

let server: PrivateServer;
beforeAll(async () => {
  server = await startPrivate('rabbitmq', [shows, page]);
}, 60_000);
afterAll(() => server[Symbol.asyncDispose](), 30_000);

async function open(service: string) {
  const lines: { msg: string }[] = [];
  // The log writes what is parsed here, one object a line.
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as { msg: string }) };
  const log = createLogger({ service, workload: 'test', destination });
  const health = new Health();
  const broker = await openBroker({ url: server.url(service), service, log, health });
  return { broker, lines, state: () => health.report().parts['rabbitmq']?.state };
}

async function publish(broker: Broker, number: number, padding?: string) {
  await waitFor(() => broker.publish(changed, { number, padding }).then(() => true), { timeoutMs: 30_000 });
}

/** Reads from there into a list, where the gaps are too. */
async function read(broker: Broker, from: FollowFrom) {
  const seen: (number | Gap)[] = [];
  const offsets: number[] = [];
  const onGap = async (gap: Gap) => void seen.push(gap);
  const follower = await broker.follow(following, { from, onGap }, async ({ offset, data }) => {
    offsets.push(offset);
    seen.push(data.number);
  });
  return { follower, seen, offsets };
}

/** Does something to the stream as its administrator. */
async function administer(
  work: (channel: Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['createChannel']>>) => Promise<unknown>,
) {
  const model = await connect(server.rootUrl);
  await work(await model.createChannel());
  await model.close();
}

/** The stream as it is declared, or one that keeps next to nothing. */
const remade = (limits: Readonly<Record<string, number>> = {}) =>
  administer(async (channel) => {
    await channel.deleteQueue(following.stream);
    await channel.assertQueue(following.stream, {
      durable: true,
      arguments: { 'x-queue-type': 'stream', ...limits },
    });
    await channel.bindQueue(following.stream, 'shows', changed.type);
  });

describe('a stream, with RabbitMQ killed and started again', () => {
  it('is read on from the message after the last one, each once and in order', async () => {
    const publisher = await open('shows');
    const reader = await open('page');
    const { seen, offsets, follower } = await read(reader.broker, 'next');
    for (let number = 1; number <= 20; number += 1) await publish(publisher.broker, number);
    await waitFor(() => seen.length === 20);
    await server.kill();
    await waitFor(() => reader.state() === 'down' && publisher.state() === 'down');
    await expect(follower.behind()).rejects.toMatchObject({ unavailable: true });
    await server.start();
    for (let number = 21; number <= 40; number += 1) await publish(publisher.broker, number);
    await waitFor(() => seen.at(-1) === 40, { timeoutMs: 30_000 });
    // A publish that got no confirm is published again, so a message may be there twice; an offset is read once.
    expect(offsets).toEqual([...new Set(offsets)].toSorted((a, b) => a - b));
    expect([...new Set(seen)]).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    // RabbitMQ may end the connection once more over a stream whose process is not up again yet.
    const told = (word: string) => reader.lines.filter(({ msg }) => msg.includes(word)).length;
    expect(told('lost')).toBeGreaterThan(0);
    expect(told('found')).toBe(told('lost'));
    await publisher.broker.close();
    await reader.broker.close();
  }, 90_000);

  it('is read on from where a process that ended left it', async () => {
    const publisher = await open('shows');
    const before = await open('page');
    const first = await read(before.broker, 'next');
    await publish(publisher.broker, 1);
    await waitFor(() => first.seen.length === 1);
    await before.broker.close();
    const offset = (first.follower.position?.offset ?? 0) + 1;
    await publish(publisher.broker, 2);
    await server.kill();
    await server.start();
    const after = await open('page');
    const { seen } = await read(after.broker, { offset });
    await waitFor(() => seen.length === 1, { timeoutMs: 30_000 });
    expect(seen).toEqual([2]);
    await publisher.broker.close();
    await after.broker.close();
  }, 90_000);
});

describe('a stream that no longer has what is asked for', () => {
  it('says what it dropped by its age before it goes on', async () => {
    await remade({ 'x-max-length-bytes': 20_000, 'x-stream-max-segment-size-bytes': 10_000 });
    const publisher = await open('shows');
    const reader = await open('page');
    const padding = 'x'.repeat(5_000);
    for (let number = 0; number < 30; number += 1) await publish(publisher.broker, number, padding);
    const { seen, offsets } = await read(reader.broker, { offset: 3 });
    await waitFor(() => seen.at(-1) === 29);
    const [gap, ...numbers] = seen;
    const found = Number(numbers[0]);
    expect(gap).toEqual({ asked: 3, found: offsets[0] });
    expect(found).toBeGreaterThan(3);
    expect(numbers).toEqual(Array.from({ length: 30 - found }, (_, index) => found + index));
    await publisher.broker.close();
    await reader.broker.close();
  }, 60_000);

  it('takes nothing for lost where RabbitMQ put notes of its own', async () => {
    await remade({ 'x-stream-max-segment-size-bytes': 10_000 });
    const publisher = await open('shows');
    const padding = 'x'.repeat(5_000);
    const gaps: unknown[] = [];
    let next = 0;
    for (let number = 0; number < 8; number += 1) {
      await publish(publisher.broker, number, padding);
      const { broker } = await open('page');
      const { seen, follower } = await read(broker, { offset: next });
      await waitFor(() => seen.at(-1) === number);
      await broker.close();
      gaps.push(...seen.filter((one) => typeof one === 'object'));
      next = (follower.position?.offset ?? 0) + 1;
    }
    // The control: had it gone by the offsets alone, it would have found some.
    expect(next).toBeGreaterThan(8);
    expect(gaps).toEqual([]);
    await publisher.broker.close();
  }, 60_000);

  it('says that it was made anew, and is read from its beginning', async () => {
    await remade();
    const publisher = await open('shows');
    const reader = await open('page');
    for (let number = 0; number < 5; number += 1) await publish(publisher.broker, number);
    const { seen } = await read(reader.broker, { offset: 2 });
    await waitFor(() => seen.length === 3);
    await remade();
    await publish(publisher.broker, 100);
    await waitFor(() => seen.length === 5, { timeoutMs: 30_000 });
    expect(seen).toEqual([2, 3, 4, { asked: 5, found: 0 }, 100]);
    await publisher.broker.close();
    await reader.broker.close();
  }, 60_000);

  it('handles nothing after the gap before the gap is dealt with', async () => {
    await remade();
    const publisher = await open('shows');
    const reader = await open('page');
    await publish(publisher.broker, 7);
    const happened: string[] = [];
    let failures = 2;
    const onGap = async () => {
      happened.push('gap');
      failures -= 1;
      if (failures >= 0) throw new Error('no database');
    };
    await reader.broker.follow(following, { from: { offset: 50 }, onGap }, async ({ data }) => {
      happened.push(String(data.number));
    });
    await waitFor(() => happened.length === 4);
    expect(happened).toEqual(['gap', 'gap', 'gap', '7']);
    await publisher.broker.close();
    await reader.broker.close();
  }, 60_000);
});
