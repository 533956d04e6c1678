import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Service, usesBroker } from '@ticketaka/platform/contract';
import { createKeySet, generateKey, publicJwks } from '@ticketaka/platform/keys';
import { createTestBroker, createTestDatabase, createTestRedis } from '@ticketaka/platform/testing';

/** A workload to be started alone: with servers of its own, and without the other services. */
export interface LoneWorkload {
  readonly service: Service;
  readonly workload: string;
  /** Every variable that it reads. Third parties are at a port where nobody answers. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the files of its environment are. Any user may write there. */
  readonly folder: string;
}

/** The workloads of these services, one after the other: the first of a service makes its tables. */
export async function* loneWorkloads(services: readonly Service[]): AsyncGenerator<LoneWorkload> {
  const folder = await mkdtemp(join(tmpdir(), 'ticketaka-lone-'));
  try {
    await layOut(folder);
    await using broker = await createTestBroker(services);
    for (const service of services) {
      await using database = await createTestDatabase(service);
      await using redis = await createTestRedis(service);
      const stores = {
        ...(service.owns.mariadb && { MARIADB_URL: database.url }),
        ...(service.owns.redis && { REDIS_URL: redis.url }),
        ...(usesBroker(service) && { AMQP_URL: broker.url(service) }),
      };
      for (const workload of Object.keys(service.workloads))
        yield { service, workload, env: { ...settings(folder), ...stores }, folder };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Keys of tokens, and folders to write to, for whichever user the workload runs as. */
async function layOut(folder: string): Promise<void> {
  const keys = createKeySet(await generateKey(), new Date());
  await writeFile(join(folder, 'keys.json'), JSON.stringify(keys));
  await writeFile(join(folder, 'jwks.json'), JSON.stringify(publicJwks(keys)));
  for (const path of ['files', 'snapshots']) {
    await mkdir(join(folder, path));
    await chmod(join(folder, path), 0o777);
  }
  await chmod(folder, 0o755);
}

function settings(folder: string): Readonly<Record<string, string>> {
  return {
    HOST: '127.0.0.1',
    PORT: '0',
    ADMIN_PORT: '0',
    JWKS_FILE: join(folder, 'jwks.json'),
    KEYS_FILE: join(folder, 'keys.json'),
    JWT_ISSUER: 'ticketaka',
    JWT_AUDIENCE: 'ticketaka',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Ticketaka <no-reply@ticketaka.example>',
    FILE_STORE_URL: pathToFileURL(join(folder, 'files')).href,
    SNAPSHOT_DIR: join(folder, 'snapshots'),
    KOPIS_URL: 'http://127.0.0.1:1',
    KOPIS_KEY: 'none',
    HOLIDAYS_URL: 'http://127.0.0.1:1',
    HOLIDAYS_KEY: 'none',
    SALE_KEYS: randomBytes(32).toString('base64url'),
    TOSS_URL: 'http://127.0.0.1:1',
    TOSS_SECRET_KEY: 'none',
  };
}
