import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineMessage, defineService } from '../contract/index.ts';
import { Health } from '../lifecycle/index.ts';
import { createLogger } from '../log/index.ts';
import { type PrivateServer, startPrivate, waitFor } from '../testing/index.ts';
import { consumptionOf, openBroker, PublishError } from './index.ts';

const counted = defineMessage({
  service: 'counter',
  type: 'number.counted',
  summary: 'A number was counted',
  data: z.object({ number: z.int() }),
});
const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const counter = defineService({ name: 'counter', summary: 'Publishes', workloads, publishes: [counted] });
const listener = defineService({ name: 'listener', summary: 'Consumes', workloads, consumes: [{ message: counted }] });
const consumption = consumptionOf(listener, counted);

let server: PrivateServer;
beforeAll(async () => {
  server = await startPrivate('rabbitmq', [counter, listener]);
}, 60_000);
afterAll(() => server[Symbol.asyncDispose](), 30_000);

async function open(service: string, options = {}) {
  const lines: { level: string; msg: string }[] = [];
  // The log writes what is parsed here, one object a line.
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as { level: string; msg: string }) };
  const log = createLogger({ service, workload: 'test', destination });
  const health = new Health();
  const broker = await openBroker({ url: server.url(service), service, log, health, patienceMs: 200, ...options });
  return { broker, health, lines, state: () => health.report().parts['rabbitmq']?.state };
}

const about = (lines: readonly { msg: string }[], word: string) => lines.filter(({ msg }) => msg.includes(word));

describe('with RabbitMQ killed and started again', () => {
  it('delivers every confirmed message, consumes again, and says once that it was lost and once that it is found', async () => {
    const publisher = await open('counter');
    const consumer = await open('listener');
    const received = new Set<number>();
    await consumer.broker.consume(consumption, async ({ data }) => void received.add(data.number));

    const confirmed = new Set<number>();
    const failures: unknown[] = [];
    let last = 0;
    const over = new AbortController();
    const publishOne = async () => {
      const number = (last += 1);
      try {
        await publisher.broker.publish(counted, { number });
        confirmed.add(number);
      } catch (error) {
        failures.push(error);
      }
      await nextTurn();
    };
    const loops = Array.from({ length: 20 }, async () => {
      while (!over.signal.aborted) await publishOne();
    });

    await waitFor(() => confirmed.size > 500 && received.size > 200, { timeoutMs: 20_000 });
    await server.kill();
    await waitFor(() => publisher.state() === 'down' && consumer.state() === 'down' && failures.length > 0);
    await server.start();
    await waitFor(() => publisher.state() === 'up' && consumer.state() === 'up', { timeoutMs: 30_000 });
    const before = confirmed.size;
    await waitFor(() => confirmed.size > before + 500, { timeoutMs: 20_000 });
    over.abort();
    await Promise.all(loops);

    await waitFor(() => [...confirmed].every((number) => received.has(number)), { timeoutMs: 20_000 });
    // The control: had the loop counted what it handed over, and not what was confirmed, messages would be missing.
    expect(received.size).toBeLessThan(last);
    expect(failures.every((error) => error instanceof PublishError && error.unavailable)).toBe(true);
    for (const { lines } of [publisher, consumer]) {
      expect(about(lines, 'lost')).toHaveLength(1);
      expect(about(lines, 'found')).toHaveLength(1);
    }
    await publisher.broker.close();
    await consumer.broker.close();
  }, 120_000);

  it('gives a message that was not acknowledged to its handler again', async () => {
    const publisher = await open('counter');
    const consumer = await open('listener');
    const counts: number[] = [];
    const release = Promise.withResolvers<void>();
    await consumer.broker.consume(consumption, async ({ deliveryCount, data }) => {
      if (data.number !== -1) return;
      counts.push(deliveryCount);
      if (counts.length === 1) await release.promise;
    });
    await publisher.broker.publish(counted, { number: -1 });
    await waitFor(() => counts.length === 1);
    await server.kill();
    await waitFor(() => consumer.state() === 'down');
    release.resolve();
    await server.start();
    await waitFor(() => counts.length === 2, { timeoutMs: 30_000 });
    await publisher.broker.close();
    await consumer.broker.close();
  }, 60_000);
});

describe('with RabbitMQ hanging', () => {
  it('gives up on a confirm in time, and does not say that the message was not sent', async () => {
    const { broker } = await open('counter', { confirmTimeoutMs: 1_000 });
    await broker.publish(counted, { number: -2 });
    await server.pause();
    await expect(broker.publish(counted, { number: -3 })).rejects.toMatchObject({ failure: 'unknown' });
    await server.resume();
    await waitFor(() => broker.publish(counted, { number: -4 }).then(() => true));
    await broker.close();
  }, 30_000);

  it('stops in time', async () => {
    const { broker } = await open('listener');
    await broker.consume(consumption, async () => undefined);
    await server.pause();
    await broker.close();
    await server.resume();
  });
});
