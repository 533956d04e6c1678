import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emailRealtime } from '@ticketaka/mail/api';
import { sessionCancelled } from '@ticketaka/performances/api';
import { defineService, type Role } from '@ticketaka/platform/contract';
import { newId } from '@ticketaka/platform/ids';
import { createKeySet, generateKey, type KeySet, writeJwks } from '@ticketaka/platform/keys';
import { createTestBroker, createTestDatabase, createTestRedis, signToken } from '@ticketaka/platform/testing';
import { startTestWorkload, type TestWorkload } from '@ticketaka/platform/testing/workload';
import { type Config, config as schema } from '../config.ts';
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

type Process = TestWorkload<Config>;

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
  const all: Overrides = {
    sessions: neighbours,
    presales: neighbours,
    buyers: neighbours,
    pollMs: 50,
    ...(toss.tossUrl === undefined && { payments: desk }),
    ...overrides,
  };

  const apis: Process[] = [];
  const workers: Process[] = [];
  const processes: Process[] = [];
  async function start(workload: 'api' | 'worker') {
    const started = await startTestWorkload({
      service,
      workload,
      config: {
        ...schema.parse({
          SALE_KEYS: saleKeys,
          TOSS_URL: toss.tossUrl ?? 'http://127.0.0.1:9',
          TOSS_SECRET_KEY: toss.tossSecretKey ?? 'test_sk',
          HOLDS_PER_SECOND: holdsPerSecond,
        }),
        RATE_LIMIT_SCALE: 1000,
        MARIADB_URL: servers.mariadb,
        REDIS_URL: servers.redis,
        AMQP_URL: servers.amqp,
        JWKS_FILE: jwks,
      },
      wire: (runtime) => (workload === 'api' ? wireApi(runtime, all) : wireWorker(runtime, all)),
    });
    processes.push(started);
    return started;
  }

  async function startApi() {
    const started = await start('api');
    apis.push(started);
    return started.url;
  }

  async function startWorker() {
    workers.push(await start('worker'));
  }

  async function stopWorkers() {
    await Promise.all(workers.splice(0).map((worker) => worker[Symbol.asyncDispose]()));
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
    logged: () => processes.map((each) => each.logged()).join(''),
    /** What monitoring reads, of every process. */
    measured: async () =>
      (await Promise.all(processes.map(({ runtime }) => runtime.metrics.registry.metrics()))).join('\n'),
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
      await Promise.all([stopWorkers(), ...apis.map((each) => each[Symbol.asyncDispose]())]);
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
