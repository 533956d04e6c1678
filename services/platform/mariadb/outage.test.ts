import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { defineService } from '../contract/index.ts';
import { Health } from '../lifecycle/index.ts';
import { createLogger } from '../log/index.ts';
import { type PrivateServer, startPrivate, waitFor } from '../testing/index.ts';
import { type Database, isUnavailable, openDatabase } from './index.ts';

const service = defineService({
  name: 'outage',
  summary: 'A service for a test',
  workloads: {},
  owns: { mariadb: true },
});
const health = new Health();
let lines: { level: string; msg: string }[] = [];
const log = createLogger({
  service: 'test',
  workload: 'test',
  destination: { write: (line) => void lines.push(JSON.parse(line)) },
});
let server: PrivateServer;
let db: Database<unknown>;

beforeAll(async () => {
  server = await startPrivate('mariadb', [service]);
  db = await openDatabase({ url: server.url(service), log, health });
}, 60_000);

beforeEach(() => {
  lines = [];
});

afterAll(async () => {
  await db.close();
  await server[Symbol.asyncDispose]();
});

const ping = () => sql`SELECT 1`.execute(db.kysely);
const messages = () => lines.map(({ level, msg }) => `${level}: ${msg}`);
const untilReady = (ready: boolean) =>
  waitFor(() => health.report().ready === ready, { what: `readiness to be ${ready}` });

async function expectAllToBeUnavailable() {
  // A pool that let each wait for its acquire timeout would need minutes for so many, one after the other.
  for (let query = 0; query < 200; query += 1) {
    const error = await ping().catch((reason: unknown) => reason);
    expect(isUnavailable(error)).toBe(true);
  }
  const burst = await Promise.allSettled(Array.from({ length: 200 }, () => db.transaction(async () => {})));
  expect(burst.every((result) => result.status === 'rejected' && isUnavailable(result.reason))).toBe(true);
}

describe('when the server is killed', () => {
  it('fails at once while it is away, works again by itself, and says each once', async () => {
    await ping();
    expect(health.report().ready).toBe(true);
    await server.kill();
    await untilReady(false);
    await expectAllToBeUnavailable();
    expect(messages()).toEqual(['error: MariaDB lost']);

    await server.start();
    await untilReady(true);
    await ping();
    await db.transaction(() => ping());
    expect(messages()).toEqual(['error: MariaDB lost', 'info: MariaDB found again']);
  });

  it('fails what is under way', async () => {
    const slow = sql`SELECT SLEEP(60)`.execute(db.kysely).catch((reason: unknown) => reason);
    await waitFor(async () => {
      const { rows } = await sql`SHOW PROCESSLIST`.execute(db.kysely);
      return JSON.stringify(rows).includes('SLEEP');
    });
    await server.kill();
    expect(isUnavailable(await slow)).toBe(true);
    await server.start();
    await untilReady(true);
  });
});

describe('when the server stops answering', () => {
  it('fails at once once that is noticed, and works again when it answers', async () => {
    await server.pause();
    const underWay = ping().catch((reason: unknown) => reason);
    await untilReady(false);
    await expectAllToBeUnavailable();
    expect(isUnavailable(await underWay)).toBe(true);
    await server.resume();
    await untilReady(true);
    await ping();
    expect(messages()).toEqual(['error: MariaDB lost', 'info: MariaDB found again']);
  });
});

it('waits at the start for a server that is not there yet', async () => {
  await server.kill();
  await untilReady(false);
  const opening = openDatabase({ url: server.url(service), log });
  await waitFor(() => messages().includes('warn: MariaDB is not there yet'));
  await server.start();
  const late = await opening;
  await sql`SELECT 1`.execute(late.kysely);
  await late.close();
});

it('gives up at the start when the server does not come in time', async () => {
  await server.kill();
  await expect(openDatabase({ url: server.url(service), log, startTimeoutMs: 300 })).rejects.toThrow();
  await server.start();
  await untilReady(true);
});
