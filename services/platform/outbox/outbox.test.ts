import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { z } from 'zod';
import { defineMessage } from '../contract/index.ts';
import { createLogger } from '../log/index.ts';
import { createMetrics, type Metrics } from '../metrics/index.ts';
import { withTrace } from '../telemetry/index.ts';
import { type OpenTestDatabase, openTestDatabase, waitFor } from '../testing/index.ts';
import {
  createOutbox,
  createOutboxTable,
  type EnvelopePublisher,
  type Outbox,
  type OutboxEnvelope,
  outgoing,
} from './index.ts';

const counted = defineMessage({
  service: 'counter',
  type: 'number.counted',
  summary: 'A number was counted',
  data: z.object({ number: z.int() }),
});

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });
let db: OpenTestDatabase;
let outboxes: Outbox[] = [];

beforeAll(async () => {
  db = await openTestDatabase('outbox');
  await createOutboxTable(db.kysely);
  await createOutboxTable(db.kysely);
});

beforeEach(() => sql`DELETE FROM outbox`.execute(db.kysely));

afterEach(async () => {
  await Promise.all(outboxes.map((outbox) => outbox.stop()));
  outboxes = [];
});

afterAll(() => db[Symbol.asyncDispose]());

/** A broker as its publisher sees it: it confirms what it is told to confirm. */
class Recorder implements EnvelopePublisher {
  readonly published: OutboxEnvelope[] = [];
  readonly #refuse: (envelope: OutboxEnvelope) => Error | undefined;
  constructor(refuse: (envelope: OutboxEnvelope) => Error | undefined = () => undefined) {
    this.#refuse = refuse;
  }
  publishBatch(envelopes: readonly OutboxEnvelope[]) {
    return Promise.allSettled(
      envelopes.map(async (envelope) => {
        const refusal = this.#refuse(envelope);
        if (refusal) throw refusal;
        this.published.push(envelope);
      }),
    );
  }
  get numbers() {
    return this.published.map(({ body }) => (JSON.parse(body) as { data: { number: number } }).data.number);
  }
}

async function open(broker: EnvelopePublisher, options: { metrics?: Metrics; pollMs?: number; batch?: number } = {}) {
  const outbox = createOutbox({ db, service: 'teller', broker, log, pollMs: 50, ...options });
  outboxes.push(outbox);
  await outbox.start();
  return outbox;
}

const waiting = async () => {
  const { rows } = await sql<{ n: number }>`SELECT COUNT(*) AS n FROM outbox`.execute(db.kysely);
  return rows[0]?.n;
};
const drained = () =>
  waitFor(async () => (await waiting()) === 0, { what: 'the outbox to be empty', timeoutMs: 25_000 });
const away = () => Object.assign(new Error('away'), { unavailable: true });
const unroutable = () => Object.assign(new Error('no queue'), { unavailable: false });
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

/** Adds without a relay, so that the rows wait for whoever starts one. */
async function fill(numbers: readonly number[], subject: (number: number) => string | undefined = () => undefined) {
  const idle = createOutbox({ db, service: 'teller', broker: new Recorder(), log });
  await db.transaction(async (trx) => {
    for (const number of numbers) {
      const about = subject(number);
      await idle.add(trx, counted, { number }, about === undefined ? {} : { subject: about });
    }
  });
}

describe('adding a message', () => {
  it('keeps its envelope, with the trace of the work at hand', async () => {
    const broker = new Recorder();
    const outbox = await open(broker);
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    const id = await withTrace(trace, () =>
      db.transaction((trx) => outbox.add(trx, counted, { number: 1 }, { subject: 'one' })),
    );
    await drained();
    const [envelope] = broker.published;
    expect(envelope).toMatchObject({ id, exchange: 'counter', routingKey: 'number.counted' });
    expect(JSON.parse(envelope?.body ?? '')).toMatchObject({
      specversion: '1.0',
      id,
      source: '/teller',
      type: 'number.counted',
      subject: 'one',
      data: { number: 1 },
      traceparent: trace,
    });
  });

  it('publishes at once after the commit, without waiting for the poll', async () => {
    const broker = new Recorder();
    const outbox = await open(broker, { pollMs: 600_000 });
    await db.transaction((trx) => outbox.add(trx, counted, { number: 1 }));
    await drained();
    expect(broker.numbers).toEqual([1]);
  });

  it('publishes nothing of a transaction that was rolled back', async () => {
    const broker = new Recorder();
    const outbox = await open(broker);
    const failed = db.transaction(async (trx) => {
      await outbox.add(trx, counted, { number: 1 });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await db.transaction((trx) => outbox.add(trx, counted, { number: 2 }));
    await drained();
    expect(broker.numbers).toEqual([2]);
  });

  it('adds many at once, in their order', async () => {
    const broker = new Recorder();
    const outbox = await open(broker);
    await db.transaction(async (trx) => {
      await outbox.addAll(
        trx,
        upTo(100).map((number) => outgoing(counted, { number }, 'one')),
      );
      await outbox.addAll(trx, []);
    });
    await drained();
    expect(broker.numbers).toEqual(upTo(100));
    expect(JSON.parse(broker.published[0]?.body ?? '')).toMatchObject({ subject: 'one', source: '/teller' });
    const wrong = db.transaction((trx) =>
      outbox.addAll(trx, [outgoing(counted, { number: 1 }), outgoing(counted, { number: 0.5 })]),
    );
    await expect(wrong).rejects.toThrow(z.ZodError);
    expect(await waiting()).toBe(0);
  });

  it('refuses data that breaks the schema', async () => {
    const outbox = await open(new Recorder());
    await expect(db.transaction((trx) => outbox.add(trx, counted, { number: 0.5 }))).rejects.toThrow(z.ZodError);
    expect(await waiting()).toBe(0);
  });
});

describe('several relays', () => {
  it('publish each message once', async () => {
    await fill(upTo(1_000));
    const broker = new Recorder();
    for (let replica = 0; replica < 4; replica += 1) await open(broker, { batch: 20 });
    await drained();
    expect(broker.numbers.toSorted((a, b) => a - b)).toEqual(upTo(1_000));
  });

  it('keep the order of each subject', async () => {
    await fill(upTo(400), (number) => `subject ${number % 3}`);
    const broker = new Recorder();
    for (let replica = 0; replica < 4; replica += 1) await open(broker, { batch: 10 });
    await drained();
    for (const subject of [0, 1, 2]) {
      const numbers = broker.numbers.filter((number) => number % 3 === subject);
      expect(numbers).toEqual(upTo(400).filter((number) => number % 3 === subject));
    }
  });
});

describe('when the broker does not confirm', () => {
  it('keeps everything while it is away, and publishes all of it when it is back', async () => {
    let isAway = true;
    let tries = 0;
    const broker = new Recorder(() => {
      tries += 1;
      return isAway ? away() : undefined;
    });
    await fill(upTo(30));
    await open(broker);
    await waitFor(() => tries > 60);
    expect(await waiting()).toBe(30);
    isAway = false;
    await drained();
    expect(broker.numbers).toEqual(upTo(30));
  });

  it('puts off the messages that it refuses, and publishes the rest', async () => {
    const broker = new Recorder(({ body }) => (body.includes('"number":7') ? unroutable() : undefined));
    await fill(upTo(10));
    await open(broker);
    await waitFor(async () => (await waiting()) === 1);
    expect(broker.numbers).toEqual(upTo(10).filter((number) => number !== 7));
    const { rows } = await sql<{ attempts: number; later: number }>`
      SELECT attempts, due_at > NOW(3) - INTERVAL 1 SECOND AS later FROM outbox`.execute(db.kysely);
    expect(rows[0]?.attempts).toBeGreaterThan(0);
    expect(rows[0]?.later).toBe(1);
  });

  it('lets a refused message hold back later ones of its subject, but no others', async () => {
    let refusing = true;
    const broker = new Recorder(({ body }) => (refusing && body.includes('"number":0') ? unroutable() : undefined));
    await fill([0], () => 'held');
    const outbox = await open(broker);
    await waitFor(async () => {
      const { rows } = await sql`SELECT 1 FROM outbox WHERE attempts > 0`.execute(db.kysely);
      return rows.length === 1;
    });
    await db.transaction(async (trx) => {
      for (const number of [1, 2]) await outbox.add(trx, counted, { number }, { subject: 'held' });
      await outbox.add(trx, counted, { number: 3 }, { subject: 'other' });
    });
    await waitFor(() => broker.numbers.includes(3));
    expect(broker.numbers).toEqual([3]);
    refusing = false;
    await drained();
    expect(broker.numbers).toEqual([3, 0, 1, 2]);
  });
});

it('takes over what a relay that died had claimed', async () => {
  await fill(upTo(5));
  await sql`
    UPDATE outbox SET due_at = NOW(3) + INTERVAL 300000 MICROSECOND, lease_token = UUID()`.execute(db.kysely);
  const broker = new Recorder();
  await open(broker);
  await drained();
  expect(broker.numbers).toEqual(upTo(5));
});

it('shows its backlog and the age of the oldest message', async () => {
  await fill(upTo(3));
  await sql`UPDATE outbox SET created_at = NOW(3) - INTERVAL 90 SECOND`.execute(db.kysely);
  const metrics = createMetrics({ service: 'test', workload: 'test', ofProcess: false });
  await open(new Recorder(away), { metrics });
  const value = async (name: string) =>
    Number(new RegExp(`ticketaka_${name}\\{.*\\} (\\d+)`).exec(await metrics.registry.metrics())?.[1]);
  await waitFor(async () => (await value('outbox_backlog')) === 3);
  expect(await value('outbox_oldest_seconds')).toBeGreaterThanOrEqual(90);
  expect(await value('outbox_relayed_total')).toBe(0);
});
