import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { z } from 'zod';
import { type Broker, openBroker } from '../broker/index.ts';
import { defineMessage, defineService } from '../contract/index.ts';
import { createLogger } from '../log/index.ts';
import { type Database, isUnavailable, openDatabase } from '../mariadb/index.ts';
import { type PrivateServer, startPrivate, waitFor } from '../testing/index.ts';
import { createOutbox, createOutboxTable, type Outbox } from './index.ts';

const counted = defineMessage({
  service: 'counter',
  type: 'number.counted',
  summary: 'A number was counted',
  data: z.object({ number: z.int() }),
});
const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const counter = defineService({
  name: 'counter',
  summary: 'Publishes',
  workloads,
  owns: { mariadb: true },
  publishes: [counted],
});
const listener = defineService({ name: 'listener', summary: 'Consumes', workloads, consumes: [{ message: counted }] });

const log = createLogger({ service: 'counter', workload: 'test', level: 'silent' });
const received = new Map<number, number>();
let rabbitmq: PrivateServer;
let mariadb: PrivateServer;
let db: Database<unknown>;
let consuming: Broker;
let publishing: Broker;
let outboxes: Outbox[] = [];

beforeAll(async () => {
  [mariadb, rabbitmq] = await Promise.all([
    startPrivate('mariadb', [counter]),
    startPrivate('rabbitmq', [counter, listener]),
  ]);
  db = await openDatabase({ url: mariadb.url(counter), log });
  await createOutboxTable(db.kysely);
  publishing = await openBroker({ url: rabbitmq.url(counter), service: 'counter', log });
  consuming = await openBroker({ url: rabbitmq.url(listener), service: 'listener', log });
  const [consumption] = listener.consumes;
  if (!consumption) throw new Error('the listener consumes nothing');
  await consuming.consume({ ...consumption, message: counted }, async ({ data: { number } }) => {
    received.set(number, (received.get(number) ?? 0) + 1);
  });
  outboxes = [1, 2].map(() => createOutbox({ db, service: 'counter', broker: publishing, log }));
  await Promise.all(outboxes.map((outbox) => outbox.start()));
}, 90_000);

afterAll(async () => {
  await Promise.all(outboxes.map((outbox) => outbox.stop()));
  await Promise.all([publishing.close(), consuming.close(), db.close()]);
  await Promise.all([mariadb[Symbol.asyncDispose](), rabbitmq[Symbol.asyncDispose]()]);
}, 60_000);

/** Adds numbers one after the other until told to stop. Resolves with those whose transaction was committed. */
function keepAdding(from: number) {
  const committed: number[] = [];
  const stopping = new AbortController();
  const adding = (async () => {
    for (let number = from; !stopping.signal.aborted; number += 1) {
      const outbox = outboxes[number % 2];
      try {
        await db.transaction(async (trx) => outbox?.add(trx, counted, { number }));
        committed.push(number);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
      }
      await nextTurn();
    }
  })();
  adding.catch(() => stopping.abort());
  stop = async () => {
    stopping.abort();
    await adding;
  };
  return committed;
}

let stop = async () => {};
afterEach(() => stop());

const backlog = async () => {
  const { rows } = await sql<{ n: number }>`SELECT COUNT(*) AS n FROM outbox`.execute(db.kysely);
  return rows[0]?.n ?? 0;
};

async function expectAll(numbers: readonly number[]) {
  await waitFor(() => numbers.every((number) => received.has(number)), { timeoutMs: 60_000, what: 'every message' });
  await waitFor(async () => (await backlog()) === 0, { timeoutMs: 30_000, what: 'an empty outbox' });
}

it('publishes each message once while nothing fails', async () => {
  // The first one may be confirmed so late that it is sent again: its queue is still choosing a leader.
  await db.transaction(async (trx) => outboxes[0]?.add(trx, counted, { number: -1 }));
  await expectAll([-1]);
  const committed = keepAdding(0);
  await waitFor(() => committed.length >= 300);
  await stop();
  await expectAll(committed);
  expect(committed.filter((number) => received.get(number) !== 1)).toEqual([]);
});

it('loses nothing when RabbitMQ is killed: messages wait, and leave when it is back', async () => {
  const committed = keepAdding(1_000_000);
  await waitFor(() => committed.length >= 100);
  await rabbitmq.kill();
  const before = committed.length;
  await waitFor(() => committed.length >= before + 100);
  expect(await backlog()).toBeGreaterThanOrEqual(100);
  await rabbitmq.start();
  await stop();
  await expectAll(committed);
}, 120_000);

it('loses nothing that was committed when MariaDB is killed', async () => {
  const committed = keepAdding(2_000_000);
  await waitFor(() => committed.length >= 100);
  await mariadb.kill();
  await mariadb.start();
  const before = committed.length;
  await waitFor(() => committed.length >= before + 100);
  await stop();
  await expectAll(committed);
}, 60_000);
