import { randomBytes, randomUUID } from 'node:crypto';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, migrate, openDatabase } from '@ticketaka/platform/mariadb';
import { openRedis, type Redis } from '@ticketaka/platform/redis';
import {
  createTestDatabase,
  createTestRedis,
  type TestDatabase,
  type TestRedis,
  type TestResource,
} from '@ticketaka/platform/testing';
import {
  createAdmission,
  createWaitingRoom,
  type Load,
  measuredShares,
  type WaitingRoomOptions,
  waitingRooms,
} from '../index.ts';

export const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
export const keys = [randomBytes(32)];

/** Much capacity, so that a test does not wait for it. */
export const roomy: Load = {
  capacityPerSecond: 100_000,
  holdsPerSecond: 0,
  latencyMs: 10,
  freeUnits: 10_000_000,
  averageParty: 1,
  degraded: false,
};

export interface Servers {
  readonly db: Database<unknown>;
  readonly redis: Redis;
}

export async function connect(urls: { readonly mariadb: string; readonly redis: string }): Promise<Servers> {
  const db = await openDatabase<unknown>({ url: urls.mariadb, log });
  await migrate(db, { '0001-waiting-rooms': waitingRooms, '0002-measured-shares': measuredShares }, log);
  return { db, redis: await openRedis({ url: urls.redis, service: 'reservation', log }) };
}

export async function disconnect({ db, redis }: Servers): Promise<void> {
  redis.disconnect();
  await db.close();
}

export interface OwnServers extends Servers, TestResource {
  readonly database: TestDatabase;
  readonly memory: TestRedis;
}

/** A database and a Redis for this test alone, and connections to them. */
export async function openServers(): Promise<OwnServers> {
  const [database, memory] = await Promise.all([createTestDatabase('reservation'), createTestRedis('reservation')]);
  const servers = await connect({ mariadb: database.url, redis: memory.url });
  return {
    ...servers,
    database,
    memory,
    async [Symbol.asyncDispose]() {
      await disconnect(servers);
      await Promise.all([database, memory].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}

/** A replica of the api, disposed of when it goes out of scope. */
export async function openReplica(servers: Servers, options: Partial<WaitingRoomOptions> = {}) {
  const room = createWaitingRoom({ ...servers, keys, log, ...options });
  await room.start();
  return { ...room, [Symbol.asyncDispose]: () => room.stop() };
}

/** A replica of the worker. */
export async function openWorker(servers: Servers, load: Load | (() => Promise<Load>) = roomy, stepMs = 50) {
  const observe = typeof load === 'function' ? load : async () => load;
  const worker = createAdmission({ ...servers, log, observe, stepMs });
  await worker.start();
  return { stop: () => worker.stop(), [Symbol.asyncDispose]: () => worker.stop() };
}

export const people = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

export const inMs = (ms: number): Date => new Date(Date.now() + ms);
