import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, listen } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import { createKeySet, generateKey, type KeySet, writeJwks, writeKeySet } from '@ticketaka/platform/keys';
import { Health, runComponents } from '@ticketaka/platform/lifecycle';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { Runtime } from '@ticketaka/platform/runtime';
import { createTestBroker, createTestDatabase, createTestRedis } from '@ticketaka/platform/testing';
import { service } from '../service.ts';
import { type Overrides, wireApi } from '../wire.ts';
import { Browser } from './browser.ts';

export const goodPassword = 'moonlit piano stairs';

export type AuthServer = Awaited<ReturnType<typeof startAuth>>;

/** Auth as it runs, in this process, with a database, a Redis and keys of its own. */
export async function startAuth(
  overrides: Overrides & { readonly cookieSecure?: boolean; readonly redisUrl?: string } = {},
) {
  const [database, redis, broker] = await Promise.all([
    createTestDatabase(service),
    createTestRedis(service),
    createTestBroker([service]),
  ]);
  const directory = await mkdtemp(join(tmpdir(), 'auth-'));
  const files = { keys: join(directory, 'keyset.json'), jwks: join(directory, 'jwks.json') };
  const publish = async (set: KeySet) => {
    await writeJwks(files.jwks, set);
    await writeKeySet(files.keys, set);
  };
  await publish(createKeySet(await generateKey(), new Date()));

  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ service: 'auth', workload: 'api', level: 'info', destination });
  const metrics = createMetrics({ service: 'auth', workload: 'api', ofProcess: false });
  const config = {
    ADMIN_PORT: 0,
    PORT: 0,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'info' as const,
    PUBLIC_URL: 'http://localhost:8080',
    DRAIN_MS: 0,
    RATE_LIMIT_SCALE: 1,
    CHECK_RESPONSES: 'throw' as const,
    MARIADB_URL: database.url,
    REDIS_URL: overrides.redisUrl ?? redis.url,
    AMQP_URL: broker.url(service.name),
    JWKS_FILE: files.jwks,
    KEYS_FILE: files.keys,
    JWT_ISSUER: 'ticketaka',
    JWT_AUDIENCE: 'ticketaka',
    COOKIE_SECURE: overrides.cookieSecure ?? true,
  };
  const health = new Health();
  const runtime = new Runtime({ service, workload: 'api', config, log, metrics, health });
  const { app, components = [] } = await wireApi(runtime, overrides);
  if (!app) throw new Error('auth answers requests');
  const server = await listen(createServer(app), 0, '127.0.0.1');
  const running = await runComponents({ components: [...runtime.opened, ...components], log, health });

  return {
    url: server.url,
    database,
    redis,
    broker,
    runtime,
    /** What was logged, as one text. */
    logged: () => lines.join(''),
    publish,
    breakKeys: (text: string) => writeFile(files.keys, text),
    /** A client at an address of its own, as the gateway would tell it. */
    browser: (address = randomAddress()) => new Browser(server.url, address),
    async createAccount({ memberId = newId(), email = `${newId()}@example.com`, password = goodPassword } = {}) {
      const browser = new Browser(server.url, randomAddress());
      await browser.send('PUT', `/api/auth/internal/accounts/${memberId}`, { body: { email, password } });
      return { memberId, email, password };
    },
    async passwordWork(kind: 'verify' | 'hash') {
      const metric = await metrics.registry.getSingleMetric('ticketaka_auth_password_work_total')?.get();
      return metric?.values.find(({ labels }) => labels['kind'] === kind)?.value ?? 0;
    },
    /** Of the key that signs, in seconds, as monitoring sees it. */
    async keyAge() {
      const metric = await metrics.registry.getSingleMetric('ticketaka_signing_key_age_seconds')?.get();
      return metric?.values[0]?.value ?? Number.NaN;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await running.stop('the test is over');
      await Promise.all([database, redis, broker].map((part) => part[Symbol.asyncDispose]()));
      await rm(directory, { recursive: true });
    },
  };
}

/** Of the block for benchmarks (RFC 2544), so that one test's limits are not another's. */
export function randomAddress(): string {
  return `198.${18 + randomInt(2)}.${randomInt(256)}.${randomInt(256)}`;
}
