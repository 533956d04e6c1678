import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestBroker, createTestDatabase, type TestDatabase, waitFor } from '@ticketaka/platform/testing';
import { todayInSeoul } from '../../local/demo/index.ts';
import { service } from '../../services/performances/service.ts';
import { contentOf } from './catalogue-content.ts';
import { TestKopis } from './collector-fixture.ts';

const main = fileURLToPath(new URL('../../services/performances/main.collector.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return { child, exited: once(child, 'exit'), output: () => output };
}

const environmentOf = (kopis: TestKopis, servers: { readonly mariadb: string; readonly amqp: string }) => ({
  ADMIN_PORT: '0',
  HOST: '127.0.0.1',
  MARIADB_URL: servers.mariadb,
  AMQP_URL: servers.amqp,
  KOPIS_URL: kopis.kopisUrl,
  KOPIS_KEY: 'key',
  KOPIS_REQUESTS_PER_SECOND: '1000',
  HOLIDAYS_URL: kopis.holidaysUrl,
  HOLIDAYS_KEY: 'key',
  JWKS_FILE: '/nonexistent',
  JWT_ISSUER: 'ticketaka',
  JWT_AUDIENCE: 'ticketaka',
});

async function statesOf(database: TestDatabase): Promise<readonly string[]> {
  const rows = await database.query('SELECT state FROM collector_runs ORDER BY id');
  // Rows of one column.
  return (rows as { state: string }[]).map(({ state }) => state);
}

async function countOf(database: TestDatabase, table: string): Promise<number> {
  const rows = await database.query(`SELECT COUNT(*) AS number FROM ${table}`);
  // One row with one column of a count.
  return Number((rows as { number: bigint }[])[0]?.number);
}

describe('the process', () => {
  it('that is killed in the middle of a run is followed by one that brings it to its end, and loses and doubles nothing', async () => {
    await using rabbit = await createTestBroker([service]);
    await using database = await createTestDatabase(service);
    await using kopis = await TestKopis.start({ count: 120, date: todayInSeoul() });
    const environment = environmentOf(kopis, { mariadb: database.url, amqp: rabbit.url(service) });
    await kopis.fault({ path: '/openApi/restful/pblprfr/', do: 'slow', delayMs: 50, times: 10_000 });
    const killed = start(environment);
    await waitFor(async () => (await countOf(database, 'performances')) > 15, { timeoutMs: 60_000 });
    killed.child.kill('SIGKILL');
    await killed.exited;
    await kopis.forgetFaults();
    expect(await statesOf(database)).toEqual(['running']);

    const next = start(environment);
    await waitFor(() => next.output().includes('"msg":"started"'), { timeoutMs: 30_000, what: next.output() });
    // The dead run has its lease for half a minute; nobody needs to wait for it here.
    await database.query(`UPDATE collector_lease SET expires_at = NOW(3) - INTERVAL 1 SECOND`);
    await waitFor(async () => (await statesOf(database)).join() === 'abandoned,finished', { timeoutMs: 60_000 });
    const adminPort = /"adminPort":(\d+)/u.exec(next.output())?.[1];
    const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    expect(metrics).toMatch(/collector_runs_total\{.*state="finished".*\} 1/u);
    next.child.kill('SIGTERM');
    expect(await next.exited).toEqual([0, null]);

    await using fresh = await createTestDatabase(service);
    const other = start({ ...environment, MARIADB_URL: fresh.url });
    await waitFor(async () => (await statesOf(fresh)).join() === 'finished', { timeoutMs: 60_000 });
    other.child.kill('SIGTERM');
    await other.exited;
    expect(await contentOf({ database })).toEqual(await contentOf({ database: fresh }));
    // Each performance was written once, whoever did it.
    const audit = `audit WHERE action = 'performance.created'`;
    expect(await countOf(database, audit)).toBe(await countOf(database, 'performances'));
  }, 240_000);

  it('names the variable that is missing, and does not start', async () => {
    const child = start({ ADMIN_PORT: '0' });
    expect(await child.exited).toEqual([78, null]);
    expect(child.output()).toContain('KOPIS_URL is not set');
  });
});
