import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLogger } from '@ticketaka/platform/log';
import { openDatabase } from '@ticketaka/platform/mariadb';
import { openRedis } from '@ticketaka/platform/redis';
import {
  createTestBroker,
  createTestDatabase,
  type PrivateServer,
  startPrivate,
  type TestDatabase,
  waitFor,
} from '@ticketaka/platform/testing';
import { Redis } from 'ioredis';
import { createSeatImage } from '../../seats/index.ts';
import { service } from '../../service.ts';
import { KnownSession } from '../../sessions/index.ts';
import type { Schema } from '../../store/schema.ts';
import { refusal } from '../../test/buyer.ts';
import { type ReservationServer, startReservation } from '../../test/reservation-server.ts';
import { makeShow } from '../../test/shows.ts';
import { lineageOf, Pictures } from '../index.ts';
import { Renewals } from '../renewals.ts';
import { replicaOf, type StaleReplica } from './stale-replica.ts';

const patience = { timeoutMs: 30_000 };
const resources = new AsyncDisposableStack();
let redis: PrivateServer;
let replica: StaleReplica;
let database: TestDatabase;
let server: ReservationServer;
beforeAll(async () => {
  const broker = resources.use(await createTestBroker([service]));
  database = resources.use(await createTestDatabase(service));
  redis = resources.use(await startPrivate('redis', [service]));
  replica = resources.use(await replicaOf(redis));
  const servers = { mariadb: database.url, redis: redis.url(service), amqp: broker.url(service) };
  // The comparison with MariaDB would find the difference as well, half a minute later.
  server = resources.use(await startReservation({ servers, overrides: { compareMs: 3_600_000 } }));
  await server.startWorker();
}, 180_000);
afterAll(() => resources.disposeAsync());

async function epochOf(sessionId: string): Promise<number> {
  const rows = await database.query('SELECT epoch FROM sessions WHERE session_id = ?', [sessionId]);
  return Number((rows as { epoch: bigint }[])[0]?.epoch);
}

/** One picture of its own for each, as in processes of their own. */
async function lookers(count: number, sessions: ReadonlyMap<string, KnownSession>) {
  const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
  const stack = new AsyncDisposableStack();
  const all = await Promise.all(
    Array.from({ length: count }, async () => {
      const db = await openDatabase<Schema>({ url: database.url, log });
      stack.defer(() => db.close());
      const connection = await openRedis({ url: redis.url(service), service: 'reservation', log });
      stack.defer(() => connection.disconnect());
      const image = createSeatImage({ redis: connection });
      const lineage = lineageOf(connection, log);
      const pictures = new Pictures({ db, image, lineage, log, now: () => new Date() });
      const get = async (id: string) => sessions.get(id);
      return { image, pictures, renewals: new Renewals({ db, image, pictures, lineage, sessions: { get }, log }) };
    }),
  );
  return { all, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

it('a replica that is promoted without the last sales shows no seat of them as free for long, anywhere', async () => {
  const other = await server.startApi();
  const sessionId = server.neighbours.add(makeShow()).session.id;
  const places = [server.url, other];
  const seen = (at: string, unit: number) => refusal(server.buyer({ at }).hold({ sessionId, seats: [unit] }));
  await server.buyer().buy({ sessionId, seats: [0] });
  for (const at of places) expect(await seen(at, 0)).toMatchObject({ status: 409, code: 'seats_taken' });
  const before = await epochOf(sessionId);

  await replica.fallBehind();
  await server.buyer().buy({ sessionId, seats: [1] });
  for (const at of places) expect(await seen(at, 1)).toMatchObject({ status: 409 });
  await replica.takeOver();

  await waitFor(async () => (await epochOf(sessionId)) > before, patience);
  for (const at of places) {
    const isTaken = async () => {
      const page = await fetch(`${at}/api/reservations/sessions/${sessionId}/availability`);
      const first = new Uint8Array(await page.arrayBuffer())[0] ?? 0;
      return page.headers.get('availability-behind') === null && first >>> 4 === 0b1010;
    };
    await waitFor(isTaken, { ...patience, what: 'both seats to be shown as taken' });
    expect(await seen(at, 1)).toMatchObject({ status: 409, code: 'seats_taken' });
  }
  expect(await server.buyer().hold({ sessionId, seats: [2] })).toMatchObject({ seats: [{ unit: 2 }] });
}, 120_000);

it('whoever sees at once that Redis is another one, a session gets one new epoch', async () => {
  await server.stopWorkers();
  const show = makeShow();
  const session = new KnownSession(server.neighbours.add(show));
  await server.buyer().buy({ sessionId: session.id, seats: [0] });
  await using processes = await lookers(6, new Map([[session.id, session]]));
  const lookAll = () => Promise.all(processes.all.map(({ renewals }) => renewals.look()));
  await lookAll();
  const before = await epochOf(session.id);

  await replica.fallBehind();
  await replica.takeOver();
  await lookAll();
  await lookAll();
  expect(await epochOf(session.id)).toBe(before + 1);
  expect(await processes.all[0]?.image.epoch(session.id)).toBe(before + 1);

  // Whatever is left in it, there is one more for it, by whoever needs the picture or by those who look.
  await redis.kill();
  await redis.start();
  const isDrawn = async () => {
    await fetch(`${server.url}/api/reservations/sessions/${session.id}/availability`);
    await lookAll();
    return (await processes.all[0]?.image.epoch(session.id)) === before + 2;
  };
  await waitFor(isDrawn, patience);
  await lookAll();
  expect(await epochOf(session.id)).toBe(before + 2);
}, 120_000);

it('a master that takes another name by itself, having no replica any more, lacks nothing, and nothing is drawn', async () => {
  const session = new KnownSession(server.neighbours.add(makeShow()));
  await using processes = await lookers(2, new Map([[session.id, session]]));
  const lookAll = () => Promise.all(processes.all.map(({ renewals }) => renewals.look()));
  await fetch(`${server.url}/api/reservations/sessions/${session.id}/availability`);
  await waitFor(() => lookAll().then(() => true), patience);
  const before = await epochOf(session.id);
  const root = new Redis(redis.rootUrl);
  const name = async () => /master_replid:(\w+)/.exec(await root.info('replication'))?.[1];
  const known = await name();
  await root.config('SET', 'repl-backlog-ttl', 1);
  await replica.fallBehind();
  await waitFor(async () => (await name()) !== known, patience);

  await lookAll();
  expect(await epochOf(session.id)).toBe(before);
  // Whoever looks for the first time finds that it was drawn in this one.
  await using later = await lookers(1, new Map([[session.id, session]]));
  await later.all[0]?.renewals.look();
  expect(await epochOf(session.id)).toBe(before);
  root.disconnect();
}, 120_000);

it('a Redis that does not say which history it has is gone on with, and that is said once', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLogger({ service: 'reservation', workload: 'test', destination });
  const root = new Redis(redis.rootUrl);
  await root.call('ACL', 'SETUSER', 'reservation', '-info');
  const connection = await openRedis({ url: redis.url(service), service: 'reservation', log });
  const lineage = lineageOf(connection, log);
  expect([await lineage(), await lineage()]).toEqual([undefined, undefined]);
  expect(lines.filter((line) => line.includes('which history'))).toHaveLength(1);

  await root.call('ACL', 'SETUSER', 'reservation', '+info');
  expect(await lineage()).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{40}$/) });
  connection.disconnect();
  root.disconnect();
});
