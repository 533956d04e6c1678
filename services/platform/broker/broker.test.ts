import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineMessage, defineService } from '../contract/index.ts';
import { Health } from '../lifecycle/index.ts';
import { createLogger } from '../log/index.ts';
import { currentTrace, newTrace, withTrace } from '../telemetry/index.ts';
import { createTestBroker, type TestBroker, waitFor } from '../testing/index.ts';
import { type Broker, consumptionOf, openBroker, Poison, type ReceivedEvent } from './index.ts';

const placed = defineMessage({
  service: 'orders',
  type: 'order.placed',
  summary: 'An order was placed',
  data: z.object({ number: z.int() }),
});
/** A command to a service that is not there. */
const unheard = defineMessage({ service: 'waiters', type: 'order.unheard', summary: 'Of no use', data: z.object({}) });
const foreign = defineMessage({ service: 'other', type: 'other.thing', summary: 'Not declared', data: z.object({}) });
const undeclared = defineMessage({ service: 'orders', type: 'order.secret', summary: 'Not ours', data: z.object({}) });

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const orders = defineService({ name: 'orders', summary: 'Publishes', workloads, publishes: [placed, unheard] });
const kitchen = defineService({
  name: 'kitchen',
  summary: 'Consumes',
  workloads,
  consumes: [{ message: placed, deliveryLimit: 3 }],
});
const consumption = consumptionOf(kitchen, placed);
const { queue } = consumption;
const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });

let server: TestBroker;
const opened: Broker[] = [];

async function open(service: string, options = {}) {
  const broker = await openBroker({ url: server.url(service), service, log, ...options });
  opened.push(broker);
  return broker;
}

beforeAll(async () => {
  server = await createTestBroker([orders, kitchen]);
}, 60_000);
afterEach(async () => {
  await Promise.all(opened.splice(0).map((broker) => broker.close()));
  await server.take(queue);
  await server.take(`${queue}.dead`);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('publish', () => {
  it('sends a CloudEvents envelope with the id as the message id, persistently', async () => {
    const broker = await open('orders');
    const trace = newTrace();
    await withTrace(trace, () => broker.publish(placed, { number: 7 }, { id: 'order-7', subject: '7' }));
    const [message] = await server.take(queue);
    expect(message).toMatchObject({ exchange: 'orders', routingKey: 'order.placed', messageId: 'order-7' });
    expect(JSON.parse(message?.body ?? '')).toEqual({
      specversion: '1.0',
      id: 'order-7',
      source: '/orders',
      type: 'order.placed',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      subject: '7',
      datacontenttype: 'application/json',
      data: { number: 7 },
      traceparent: trace,
    });
  });

  it('refuses data that breaks the schema before it is sent', async () => {
    const broker = await open('orders');
    await expect(broker.publish(placed, { number: 1.5 })).rejects.toThrow(z.ZodError);
    expect(await server.queueLength(queue)).toBe(0);
  });

  it('fails for a message that no queue takes, and only for that one', async () => {
    const broker = await open('orders');
    const outcomes = await Promise.allSettled([
      broker.publish(placed, { number: 1 }),
      broker.publish(unheard, {}),
      broker.publish(placed, { number: 2 }),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { failure: 'unroutable', unavailable: false } },
      { status: 'fulfilled' },
    ]);
  });

  it.each([
    ['an exchange that is not there', foreign],
    ['a routing key that is not ours', undeclared],
  ])('goes on after RabbitMQ has closed the channel over %s, and blames that message alone', async (_, message) => {
    const broker = await open('orders');
    const [first, wrong, last] = await Promise.allSettled([
      broker.publish(placed, { number: 1 }),
      broker.publish(message, {}),
      broker.publish(placed, { number: 2 }),
    ]);
    expect(wrong).toMatchObject({ reason: { failure: 'unroutable', unavailable: false } });
    const others = [first, last].map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined));
    expect(others.every((reason) => reason === undefined || reason.failure === 'unknown')).toBe(true);
    await broker.publish(placed, { number: 3 });
  });

  it('confirms thousands at once, in the order of the batch', async () => {
    const broker = await open('orders');
    const results = await broker.publishBatch(
      Array.from({ length: 1_500 }, (_, number) => ({
        ...(number === 1_234
          ? { exchange: 'waiters', routingKey: 'order.unheard' }
          : { exchange: 'orders', routingKey: 'order.placed' }),
        id: String(number),
        body: JSON.stringify({ number }),
      })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1_499);
    expect(results[1_234]?.status).toBe('rejected');
    expect((await server.take(queue, 5_000)).length).toBe(1_499);
  });

  it('waits when the connection takes no more for now', async () => {
    // More than the 1024 pieces that a channel buffers.
    const broker = await open('orders', { window: 1_500 });
    const publishing = Array.from({ length: 1_500 }, (_, number) => broker.publish(placed, { number }));
    await Promise.all(publishing);
    expect((await server.take(queue, 5_000)).length).toBe(1_500);
  });

  it('has confirmed everything under way when it is closed, and takes nothing after that', async () => {
    const broker = await open('orders');
    const publishing = Promise.all([1, 2, 3].map((number) => broker.publish(placed, { number })));
    await publishing;
    await broker.close();
    await expect(broker.publish(placed, { number: 4 })).rejects.toMatchObject({ failure: 'unavailable' });
    expect(await server.queueLength(queue)).toBe(3);
  });
});

describe('consume', () => {
  it('hands over parsed events under the trace of their publisher, and acknowledges them', async () => {
    const events: (ReceivedEvent<typeof placed> & { trace: string | undefined })[] = [];
    const broker = await open('kitchen');
    const consumer = await broker.consume(consumption, async (event) => {
      events.push({ ...event, trace: currentTrace() });
    });
    const trace = newTrace();
    await withTrace(trace, async () => (await open('orders')).publish(placed, { number: 7 }, { subject: '7' }));
    await waitFor(() => events.length === 1);
    expect(events[0]).toMatchObject({ data: { number: 7 }, subject: '7', source: '/orders', deliveryCount: 1, trace });
    await consumer.stop();
    expect(await server.queueLength(queue)).toBe(0);
  });

  it.each([
    ['is not JSON', 'no', 'the body is not JSON'],
    ['is not an envelope', { id: 'x' }, 'the envelope is not valid: specversion invalid_value'],
  ])('puts a message aside that %s, with the reason, and goes on', async (_, body, reason) => {
    const seen: number[] = [];
    await server.publishRaw({
      exchange: 'orders',
      routingKey: 'order.placed',
      body,
      messageId: 'bad',
      headers: { 'x-own': 'kept' },
    });
    await (await open('orders')).publish(placed, { number: 8 });
    await (await open('kitchen')).consume(consumption, async ({ data }) => void seen.push(data.number));
    await waitFor(async () => seen.length === 1 && (await server.queueLength(`${queue}.dead`)) === 1);
    const [dead] = await server.take(`${queue}.dead`);
    expect(dead).toMatchObject({ exchange: 'kitchen.dead', messageId: 'bad', headers: { 'x-own': 'kept' } });
    expect(dead?.headers['x-reason']).toContain(reason);
    expect(dead?.body).toBe(typeof body === 'string' ? body : JSON.stringify(body));
  });

  it('names the broken field of the data, and not its value', async () => {
    await server.publishRaw({
      exchange: 'orders',
      routingKey: 'order.placed',
      body: {
        specversion: '1.0',
        id: '1',
        source: '/orders',
        type: 'order.placed',
        time: new Date().toISOString(),
        data: { number: 'kim@example.com' },
      },
    });
    await (await open('kitchen')).consume(consumption, async () => undefined);
    await waitFor(async () => (await server.queueLength(`${queue}.dead`)) === 1);
    const [dead] = await server.take(`${queue}.dead`);
    expect(dead?.headers['x-reason']).toBe('the data is not valid: number invalid_type');
  });

  it('puts aside what the handler calls poison', async () => {
    await (await open('orders')).publish(placed, { number: 9 });
    await (await open('kitchen')).consume(consumption, async () => {
      throw new Poison('there is no table 9');
    });
    await waitFor(async () => (await server.queueLength(`${queue}.dead`)) === 1);
    expect((await server.take(`${queue}.dead`))[0]?.headers['x-reason']).toBe('there is no table 9');
  });

  it('lets RabbitMQ count the failures, until the message is a dead letter', async () => {
    const counts: number[] = [];
    await (await open('orders')).publish(placed, { number: 10 });
    await (await open('kitchen')).consume(consumption, async ({ deliveryCount }) => {
      counts.push(deliveryCount);
      throw new Error('no idea');
    });
    await waitFor(async () => (await server.queueLength(`${queue}.dead`)) === 1, { timeoutMs: 20_000 });
    expect(counts).toEqual([1, 2, 3, 4]);
  });

  it('keeps a message while what its handler needs is away, without using up deliveries', async () => {
    const counts: number[] = [];
    await (await open('orders')).publish(placed, { number: 11 });
    await (await open('kitchen')).consume(consumption, async ({ deliveryCount }) => {
      counts.push(deliveryCount);
      if (counts.length < 5) throw Object.assign(new Error('the database is away'), { unavailable: true });
    });
    await waitFor(() => counts.length === 5);
    expect(counts).toEqual([1, 1, 1, 1, 1]);
  });

  it('finishes what is at hand when it stops, and leaves the rest in the queue', async () => {
    const release = Promise.withResolvers<void>();
    let started = 0;
    const publisher = await open('orders');
    await Promise.all([1, 2, 3].map((number) => publisher.publish(placed, { number })));
    const broker = await open('kitchen');
    const consumer = await broker.consume({ ...consumption, prefetch: 2 }, async () => {
      started += 1;
      await release.promise;
    });
    await waitFor(() => started === 2);
    const stopping = consumer.stop();
    release.resolve();
    await stopping;
    expect(started).toBe(2);
    await waitFor(async () => (await server.queueLength(queue)) === 1);
  });

  it('says that it cannot consume a queue that is not its own, and starts anyway', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const loud = createLogger({ service: 'orders', workload: 'test', destination });
    const broker = await open('orders', { log: loud });
    void broker.consume(consumption, async () => undefined);
    await waitFor(() => lines.some((line) => line.includes('cannot consume')));
    expect(lines.filter((line) => line.includes('cannot consume'))).toHaveLength(1);
  });
});

describe('openBroker', () => {
  it('starts while RabbitMQ is away, and tells health', async () => {
    const health = new Health();
    const broker = await openBroker({
      url: 'amqp://a:b@127.0.0.1:9/none',
      service: 'orders',
      log,
      health,
      patienceMs: 50,
    });
    expect(health.report().parts['rabbitmq']).toMatchObject({ state: 'down', vital: false });
    await expect(broker.publish(placed, { number: 1 })).rejects.toMatchObject({ unavailable: true });
    await broker.close();
  });
});
