import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineService } from '@ticketaka/platform/contract';
import {
  createTestDatabase,
  type PrivateServer,
  startPrivate,
  type TestDatabase,
  waitFor,
} from '@ticketaka/platform/testing';
import { connect, disconnect, openReplica, openWorker, people, roomy, type Servers } from './test/house.ts';

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const owner = defineService({ name: 'reservation', summary: 'Sells', workloads, owns: { redis: true } });

let database: TestDatabase;
let server: PrivateServer;
let servers: Servers;

beforeAll(async () => {
  [database, server] = await Promise.all([createTestDatabase('reservation'), startPrivate('redis', [owner])]);
  servers = await connect({ mariadb: database.url, redis: server.url(owner) });
}, 60_000);

afterAll(async () => {
  await disconnect(servers);
  await database[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const patience = { timeoutMs: 20_000 };
const still = async () => {
  throw new Error('nobody is let in');
};

describe('while Redis is down', () => {
  it('the queue goes on: new numbers from MariaDB after all that were given, the same on entering again', async () => {
    await using room = await openReplica(servers, { block: 20 });
    const sessionId = randomUUID();
    await room.configure(sessionId, { mode: 'on' });
    const [early, late, after] = [people(10), people(10), people(30)];
    const enter = (members: readonly string[]) => Promise.all(members.map((member) => room.enter(sessionId, member)));
    const before = await enter(early);

    await server.kill();
    const meanwhile = await enter(late);
    expect(Math.min(...meanwhile.map(({ number }) => Number(number)))).toBeGreaterThan(10);
    expect((await enter(late)).map(({ number }) => number)).toEqual(meanwhile.map(({ number }) => number));
    const withToken = await room.enter(sessionId, early[3] ?? '', before[3]?.token ?? '');
    expect(withToken.number).toBe(before[3]?.number);

    await using _worker = await openWorker(servers, roomy);
    await waitFor(() => room.poll(sessionId)?.serving === 30, { ...patience, what: 'all numbers to be served' });
    for (const [index, member] of [...early, ...late].entries()) {
      const token = [...before, ...meanwhile][index]?.token ?? '';
      expect(room.redeem(sessionId, member, token).state).toBe('admitted');
    }

    await server.start();
    await waitFor(() => servers.redis.status === 'ready', patience);
    const numbers = [...before, ...meanwhile, ...(await enter(after))].map(({ number }) => number);
    expect(new Set(numbers).size).toBe(50);
    await waitFor(async () => (await enter(late)).every(({ number }, index) => number === meanwhile[index]?.number), {
      ...patience,
      what: 'Redis to know the numbers of MariaDB',
    });
  });
});

describe('while Redis hangs, and has forgotten nothing', () => {
  it('gives numbers from MariaDB, and afterwards newcomers come behind those', async () => {
    await using room = await openReplica(servers, { block: 20 });
    await using _worker = await openWorker(servers, still);
    const sessionId = randomUUID();
    await room.configure(sessionId, { mode: 'on' });
    const enter = (members: readonly string[]) => Promise.all(members.map((member) => room.enter(sessionId, member)));
    const early = people(5);
    const before = await enter(early);
    await server.pause();
    const [meanwhile] = await Promise.allSettled([enter(people(5))]);
    await server.resume();
    if (meanwhile.status === 'rejected') throw meanwhile.reason;
    expect(Math.min(...meanwhile.value.map(({ number }) => Number(number)))).toBe(21);
    const isBehind = async () => {
      const rows = await database.query('SELECT id FROM waiting_rooms WHERE id = ? AND redis_behind', [sessionId]);
      return Array.isArray(rows) && rows.length > 0;
    };
    await waitFor(async () => !(await isBehind()), { ...patience, what: 'Redis to be told' });
    const last = async () => Number((await room.enter(sessionId, randomUUID())).number);
    await waitFor(async () => (await last()) > 25, { ...patience, what: 'newcomers to come behind them' });
    expect((await enter(early)).map(({ number }) => number)).toEqual(before.map(({ number }) => number));
  });
});

it('keeps places, the draw and how far it is served over a restart of everything', async () => {
  const members = people(20);
  const sessionId = randomUUID();
  const opensAt = new Date(Date.now() + 1_500);
  async function run() {
    const own = await connect({ mariadb: database.url, redis: server.url(owner) });
    try {
      await using room = await openReplica(own);
      await using _worker = await openWorker(own, still);
      if (opensAt.getTime() > Date.now()) {
        await room.configure(sessionId, { mode: 'on', opensAt });
        await Promise.all(members.map((member) => room.enter(sessionId, member)));
      }
      return await waitFor(async () => {
        const entries = await Promise.all(members.map((member) => room.enter(sessionId, member)));
        const { commitment, seed, entrantsDigest, serving } = room.poll(sessionId) ?? {};
        const numbers = entries.map(({ number }) => number);
        return (
          numbers.every((number) => number !== null) && seed && { numbers, commitment, seed, entrantsDigest, serving }
        );
      }, patience);
    } finally {
      await disconnect(own);
    }
  }
  const before = await run();
  await database.query('UPDATE waiting_rooms SET serving = 7 WHERE id = ?', [sessionId]);
  await server.kill();
  await server.start();
  expect(await run()).toEqual({ ...before, serving: 7 });
}, 60_000);
