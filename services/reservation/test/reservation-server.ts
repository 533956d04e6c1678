import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emailRealtime } from '@ticketaka/mail/api';
import { sessionCancelled } from '@ticketaka/performances/api';
import { defineService, type Role } from '@ticketaka/platform/contract';
import { createServer, listen } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import { createKeySet, generateKey, type KeySet, writeJwks } from '@ticketaka/platform/keys';
import { Health, runComponents } from '@ticketaka/platform/lifecycle';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics, type Metrics } from '@ticketaka/platform/metrics';
import { Runtime } from '@ticketaka/platform/runtime';
import { createTestBroker, createTestDatabase, createTestRedis, signToken } from '@ticketaka/platform/testing';
import { config as schema } from '../config.ts';
import { service } from '../service.ts';
import { wireApi } from '../wire.api.ts';
import type { Overrides } from '../wire.parts.ts';
import { wireWorker } from '../wire.worker.ts';
import { Buyer } from './buyer.ts';
import { PaymentDesk } from './payment-desk.ts';
import { Neighbours } from './shows.ts';

/** Whoever takes what is to be mailed. */
const mail = defineService({
  name: 'mail',
  summary: 'Takes mails',
  workloads: { worker: { kind: 'worker', scale: { min: 1, max: 1 } } },
  consumes: [{ message: emailRealtime, queue: 'email.realtime' }],
});

/** Whoever says that sessions are called off. */
export const performances = defineService({
  name: 'performances',
  summary: 'Has sessions',
  workloads: { worker: { kind: 'worker', scale: { min: 1, max: 1 } } },
  publishes: [sessionCancelled],
});

export interface Servers {
  readonly mariadb: string;
  readonly redis: string;
  readonly amqp: string;
}

/** By what tokens, tickets and passes are signed: the same in all processes of a service. */
export interface Identity {
  readonly keys: KeySet;
  readonly saleKeys: string;
}

export interface StartOptions {
  readonly servers: Servers;
  /** @default a new one */
  readonly identity?: Identity | undefined;
  /** What runs from the beginning. @default one of each */
  readonly workloads?: readonly ('api' | 'worker')[];
  readonly overrides?: Overrides;
  readonly tossUrl?: string;
  readonly tossSecretKey?: string;
  /** What the waiting room trusts a replica with. @default that of the configuration */
  readonly holdsPerSecond?: number;
}

/** The service as it runs, in this process: `api` replicas and a worker, on servers that are given. */
export async function startReservation(options: StartOptions) {
  const { servers, overrides = {}, workloads = ['api', 'worker'], holdsPerSecond, ...toss } = options;
  const directory = await mkdtemp(join(tmpdir(), 'reservation-'));
  const identity = options.identity ?? {
    keys: createKeySet(await generateKey(), new Date()),
    saleKeys: randomBytes(32).toString('base64url'),
  };
  const { keys, saleKeys } = identity;
  const jwks = join(directory, 'jwks.json');
  await writeJwks(jwks, keys);
  const neighbours = new Neighbours();
  const desk = new PaymentDesk();
  const lines: string[] = [];
  const processes: Metrics[] = [];
  const all: Overrides = {
    sessions: neighbours,
    presales: neighbours,
    buyers: neighbours,
    pollMs: 50,
    ...(toss.tossUrl === undefined && { payments: desk }),
    ...overrides,
  };

  const running: (() => Promise<void>)[] = [];
  const workers: (() => Promise<void>)[] = [];
  function runtimeOf(workload: 'api' | 'worker') {
    const destination = { write: (line: string) => void lines.push(line) };
    const log = createLogger({ service: service.name, workload, level: 'info', destination });
    const metrics = createMetrics({ service: service.name, workload, ofProcess: false });
    processes.push(metrics);
    const config = {
      ...schema.parse({
        SALE_KEYS: saleKeys,
        TOSS_URL: toss.tossUrl ?? 'http://127.0.0.1:9',
        TOSS_SECRET_KEY: toss.tossSecretKey ?? 'test_sk',
        HOLDS_PER_SECOND: holdsPerSecond,
      }),
      ADMIN_PORT: 0,
      PORT: 0,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info' as const,
      PUBLIC_URL: 'http://localhost:8080',
      DRAIN_MS: 0,
      RATE_LIMIT_SCALE: 1000,
      CHECK_RESPONSES: 'throw' as const,
      MARIADB_URL: servers.mariadb,
      REDIS_URL: servers.redis,
      AMQP_URL: servers.amqp,
      JWKS_FILE: jwks,
      JWT_ISSUER: 'ticketaka',
      JWT_AUDIENCE: 'ticketaka',
    };
    const health = new Health();
    return { health, log, metrics, runtime: new Runtime({ service, workload, config, log, metrics, health }) };
  }

  async function startApi() {
    const { runtime, health, log } = runtimeOf('api');
    const { app, components = [] } = await wireApi(runtime, all);
    if (!app) throw new Error('the api answers requests');
    const server = await listen(createServer(app), 0, '127.0.0.1');
    const parts = await runComponents({ components: [...runtime.opened, ...components], log, health });
    running.push(async () => {
      await server.close();
      await parts.stop('the test is over');
    });
    return server.url;
  }

  async function startWorker() {
    const { runtime, health, log } = runtimeOf('worker');
    const { components = [] } = await wireWorker(runtime, all);
    const parts = await runComponents({ components: [...runtime.opened, ...components], log, health });
    workers.push(() => parts.stop('the test is over'));
  }

  async function stopWorkers() {
    await Promise.all(workers.splice(0).map((stop) => stop()));
  }

  const url = workloads.includes('api') ? await startApi() : '';
  if (workloads.includes('worker')) await startWorker();
  return {
    url,
    identity,
    startApi,
    startWorker,
    stopWorkers,
    neighbours,
    desk,
    /** What was logged, as one text. */
    logged: () => lines.join(''),
    /** What monitoring reads, of every process. */
    measured: async () => (await Promise.all(processes.map(({ registry }) => registry.metrics()))).join('\n'),
    /** Somebody with a token. */
    buyer({
      roles = [],
      memberId = newId(),
      at = url,
    }: {
      roles?: readonly Role[];
      memberId?: string;
      at?: string;
    } = {}) {
      return new Buyer({ url: at, memberId, token: signToken(keys, { memberId, roles }) });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([stopWorkers(), ...running.map((stop) => stop())]);
      await rm(directory, { recursive: true });
    },
  };
}

export type ReservationServer = Awaited<ReturnType<typeof startReservation>>;

/** With a database, a Redis and a broker of its own. */
export async function startWithServers(overrides: Overrides = {}, options: Pick<StartOptions, 'holdsPerSecond'> = {}) {
  const [database, redis, broker] = await Promise.all([
    createTestDatabase(service),
    createTestRedis(service),
    createTestBroker([service, mail, performances]),
  ]);
  const servers = { mariadb: database.url, redis: redis.url, amqp: broker.url(service) };
  const server = await startReservation({ servers, overrides, ...options });
  return {
    ...server,
    database,
    redis,
    broker,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Promise.all([database, redis, broker].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}
