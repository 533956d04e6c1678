import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@ticketaka/platform/ids';
import { createKeySet, generateKey, type KeySet, writeJwks, writeKeySet } from '@ticketaka/platform/keys';
import { createTestBroker, createTestDatabase, createTestRedis, randomAddress } from '@ticketaka/platform/testing';
import { startTestWorkload } from '@ticketaka/platform/testing/workload';
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

  const { cookieSecure = true, redisUrl = redis.url, ...parts } = overrides;
  const workload = await startTestWorkload({
    service,
    config: {
      MARIADB_URL: database.url,
      REDIS_URL: redisUrl,
      AMQP_URL: broker.url(service.name),
      JWKS_FILE: files.jwks,
      KEYS_FILE: files.keys,
      JWT_ISSUER: 'ticketaka',
      JWT_AUDIENCE: 'ticketaka',
      COOKIE_SECURE: cookieSecure,
    },
    wire: (runtime) => wireApi(runtime, parts),
  });
  const { url, runtime, logged } = workload;
  const { registry } = runtime.metrics;

  return {
    url,
    database,
    redis,
    broker,
    runtime,
    logged,
    publish,
    breakKeys: (text: string) => writeFile(files.keys, text),
    /** A client at an address of its own, as the gateway would tell it. */
    browser: (address = randomAddress()) => new Browser(url, address),
    async createAccount({ memberId = newId(), email = `${newId()}@example.com`, password = goodPassword } = {}) {
      const browser = new Browser(url, randomAddress());
      await browser.send('PUT', `/api/auth/internal/accounts/${memberId}`, { body: { email, password } });
      return { memberId, email, password };
    },
    async passwordWork(kind: 'verify' | 'hash') {
      const metric = await registry.getSingleMetric('ticketaka_auth_password_work_total')?.get();
      return metric?.values.find(({ labels }) => labels['kind'] === kind)?.value ?? 0;
    },
    /** Of the key that signs, in seconds, as monitoring sees it. */
    async keyAge() {
      const metric = await registry.getSingleMetric('ticketaka_signing_key_age_seconds')?.get();
      return metric?.values[0]?.value ?? Number.NaN;
    },
    async [Symbol.asyncDispose]() {
      await workload[Symbol.asyncDispose]();
      await Promise.all([database, redis, broker].map((part) => part[Symbol.asyncDispose]()));
      await rm(directory, { recursive: true });
    },
  };
}
