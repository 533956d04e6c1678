import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineMessage, defineService, type Service } from '@ticketaka/platform/contract';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { createConnection } from 'mariadb';
import { z } from 'zod';
import { type ChildSpec, type Guard, startGuard } from '../process/index.ts';
import { openSecrets, prepareServers, type ServerSet } from './index.ts';

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const owns = { mariadb: true, redis: true };
const message = (service: string, type: string) => defineMessage({ service, type, summary: type, data: z.object({}) });
const event = message('members', 'changed');
const command = message('mail', 'send');
const service = (name: string, parts: Partial<Service>) =>
  defineService({ name, summary: name, workloads, owns, ...parts });

const before = [
  service('members', { publishes: [event, command] }),
  service('leaving', { consumes: [{ message: event, queue: 'leaving.changed', deliveryLimit: 5, prefetch: 1 }] }),
  service('mail', { consumes: [{ message: command, queue: 'mail.send', deliveryLimit: 5, prefetch: 1 }] }),
];
/** One service went, one came, one has other settings. */
const after = [
  service('members', { publishes: [event, command] }),
  service('coming', { consumes: [{ message: event, queue: 'coming.changed', deliveryLimit: 5, prefetch: 1 }] }),
  service('mail', { consumes: [{ message: command, queue: 'mail.send', deliveryLimit: 9, prefetch: 1 }] }),
];
const named = (services: readonly Service[], name: string) => {
  const found = services.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};

describe('the private servers', () => {
  const home = mkdtempSync(join(tmpdir(), 'ticketaka servers-'));
  const dir = join(home, 'data');
  const secrets = openSecrets(join(home, 'secrets.json'));
  let guard: Guard;
  let old: ServerSet;
  let now: ServerSet;

  beforeAll(async () => {
    guard = startGuard();
    old = await prepareServers({ dir, services: before, secrets });
    await startAll(old.specs);
    await query(old.urls(named(before, 'members')).MARIADB_URL, 'CREATE TABLE kept (id INT)');
    await redis(old.urls(named(before, 'members')).REDIS_URL, (client) => client.set('members:kept', '1'));
    // Nobody stops them, as after a crash of the supervisor: the next start has to end them, which is a kill -9 to each.
    now = await prepareServers({ dir, services: after, secrets: openSecrets(join(home, 'secrets.json')) });
    await startAll(now.specs);
  }, 180_000);

  afterAll(async () => {
    guard.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  async function startAll(specs: readonly ChildSpec[]) {
    const limit = AbortSignal.timeout(80_000);
    for (const { command: program, args, env } of specs) {
      const child = spawn(program, args, { env: { ...process.env, ...env }, detached: true, stdio: 'ignore' });
      if (child.pid !== undefined) guard.watch(child.pid);
      child.unref();
    }
    await Promise.all(specs.map((spec) => spec.ready(limit)));
  }

  it('keep what was stored before they were killed', async () => {
    const { MARIADB_URL, REDIS_URL } = now.urls(named(after, 'members'));
    expect(await query(MARIADB_URL, 'SELECT COUNT(*) AS rows_ FROM kept')).toEqual([{ rows_: 0n }]);
    expect(await redis(REDIS_URL, (client) => client.get('members:kept'))).toBe('1');
  });

  it('let a service in that was declared since the last start', async () => {
    const { MARIADB_URL, REDIS_URL, AMQP_URL = '' } = now.urls(named(after, 'coming'));
    expect(await query(MARIADB_URL, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await redis(REDIS_URL, (client) => client.get('coming:a'))).toBeNull();
    const connection = await connect(AMQP_URL);
    const channel = await connection.createChannel();
    expect(await channel.get('coming.changed')).toBe(false);
    await connection.close();
  });

  it('shut a service out that is no longer declared, and route nothing to it', async () => {
    const { MARIADB_URL, REDIS_URL, AMQP_URL } = old.urls(named(before, 'leaving'));
    await expect(query(onNewPort(MARIADB_URL, now.root.mariadb), 'SELECT 1')).rejects.toThrow(/denied/);
    await expect(redis(onNewPort(REDIS_URL, now.root.redis), (client) => client.ping())).rejects.toThrow();
    await expect(connect(onNewPort(AMQP_URL, now.root.amqp))).rejects.toThrow(/ACCESS_REFUSED|403/);
    expect((await management('/api/queues/ticketaka')).map(({ name }) => name).toSorted()).toEqual([
      'coming.changed',
      'coming.changed.dead',
      'mail.send',
      'mail.send.dead',
    ]);
  });

  it('give an empty queue the settings that are declared now', async () => {
    const queues = await management('/api/queues/ticketaka');
    expect(queues.find(({ name }) => name === 'mail.send')?.arguments['x-delivery-limit']).toBe(9);
  });

  it('let nobody in without a password', async () => {
    const { host } = new URL(now.root.mariadb);
    await expect(query(`mariadb://root@${host}/mysql`, 'SELECT 1')).rejects.toThrow(/denied/);
    await expect(redis(`redis://${new URL(now.root.redis).host}`, (client) => client.ping())).rejects.toThrow(/NOAUTH/);
    await expect(connect(`amqp://guest:guest@${new URL(now.root.amqp).host}`)).rejects.toThrow(/ACCESS_REFUSED|403/);
  });

  it('have their passwords in a file that only its owner can read', () => {
    expect(statSync(join(home, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  async function management(path: string) {
    const { origin, username, password } = new URL(now.root.management);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const response = await fetch(origin + path, { headers: { authorization } });
    return z
      .array(z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }))
      .parse(await response.json());
  }
});

function onNewPort(url: string | undefined, current: string) {
  const moved = new URL(url ?? '');
  moved.port = new URL(current).port;
  return moved.href;
}

async function query(url: string | undefined, sql: string): Promise<unknown> {
  const connection = await createConnection(url ?? '');
  try {
    return await connection.query(sql);
  } finally {
    await connection.end();
  }
}

async function redis<T>(url: string | undefined, work: (client: Redis) => Promise<T>) {
  const client = new Redis(url ?? '', { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}
