import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { services } from '@ticketaka/charts/services';
import { type Service, usesBroker, workloadName } from '@ticketaka/platform/contract';
import { createKeySet, generateKey, publicJwks } from '@ticketaka/platform/keys';
import { createTestBroker, createTestDatabase, createTestRedis, waitFor } from '@ticketaka/platform/testing';

const root = join(import.meta.dirname, '../..');

/** What every workload answers at `/metrics`, as it runs: each is started alone, with servers but without the others. */
export async function metricsOfWorkloads(): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'ticketaka-metrics-'));
  try {
    await using broker = await createTestBroker(services);
    const keys = createKeySet(await generateKey(), new Date());
    await writeFile(join(folder, 'keys.json'), JSON.stringify(keys), { mode: 0o600 });
    await writeFile(join(folder, 'jwks.json'), JSON.stringify(publicJwks(keys)));
    const answers = new Map<string, string>();
    for (const service of services) {
      await using database = await createTestDatabase(service);
      await using redis = await createTestRedis(service);
      const stores = {
        ...(service.owns.mariadb && { MARIADB_URL: database.url }),
        ...(service.owns.redis && { REDIS_URL: redis.url }),
        ...(usesBroker(service) && { AMQP_URL: broker.url(service) }),
      };
      // One after the other: the first of a service makes its tables.
      for (const workload of Object.keys(service.workloads)) {
        const text = await whileRunning({ service, workload, env: { ...settings(folder), ...stores } }, scrape);
        answers.set(workloadName(service.name, workload), text);
      }
    }
    return answers;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What any of them may ask for. Third parties are at a port where nobody answers. */
function settings(folder: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
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

interface Start {
  readonly service: Service;
  readonly workload: string;
  readonly env: Readonly<Record<string, string>>;
}

async function whileRunning<T>({ service, workload, env }: Start, use: (adminPort: number) => Promise<T>): Promise<T> {
  const main = join(root, 'services', service.name, `main.${workload}.ts`);
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  try {
    const port = await waitFor(() => adminPortIn(output, child), {
      what: `${workloadName(service.name, workload)} to start`,
      timeoutMs: 60_000,
    });
    return await use(port);
  } catch (error) {
    throw new Error(`${workloadName(service.name, workload)}: ${output}`, { cause: error });
  } finally {
    child.kill('SIGKILL');
  }
}

function adminPortIn(output: string, child: ChildProcess): number | undefined {
  if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
  const [, port] = /"adminPort":(\d+)/.exec(output) ?? [];
  return port === undefined ? undefined : Number(port);
}

async function scrape(adminPort: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  if (!response.ok) throw new Error(`/metrics answers ${response.status}`);
  return await response.text();
}
