import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';
import { type OwnServers, openReplica, openServers, openWorker, people, roomy } from './test/house.ts';

let servers: OwnServers;

beforeAll(async () => {
  servers = await openServers();
}, 60_000);

afterAll(() => servers[Symbol.asyncDispose]());

const patience = { timeoutMs: 20_000 };

async function roomWith(room: Awaited<ReturnType<typeof openReplica>>, count: number, mode: 'on' | 'auto' = 'on') {
  const sessionId = randomUUID();
  await room.configure(sessionId, { mode });
  await Promise.all(people(count).map((member) => room.enter(sessionId, member)));
  return sessionId;
}

const progress = z.array(z.object({ serving: z.int(), elapsed: z.coerce.number(), rate: z.number() }));

async function progressOf(sessionId: string) {
  const answer = await servers.database.query(
    `SELECT serving, rate, TIMESTAMPDIFF(MICROSECOND, '2026-01-01', advanced_at) / 1e6 AS elapsed
     FROM waiting_rooms WHERE id = ?`,
    [sessionId],
  );
  const [row] = progress.parse(answer);
  if (!row) throw new Error('there is no such room');
  return row;
}

describe('admission', () => {
  it('lets in everybody who waits and no one more', async () => {
    await using room = await openReplica(servers);
    const sessionId = await roomWith(room, 40);
    await using _worker = await openWorker(servers);
    await waitFor(() => room.poll(sessionId)?.serving === 40, { ...patience, what: 'all to be let in' });
    const late = await room.enter(sessionId, randomUUID());
    expect(late).toMatchObject({ state: 'waiting', number: 41 });
    await waitFor(
      () => room.redeem(sessionId, late.token === null ? '' : randomUUID(), '').state === 'refused',
      patience,
    );
    await waitFor(() => room.poll(sessionId)?.serving === 41, patience);
  });

  it('goes at its rate however many controllers there are', async () => {
    await using room = await openReplica(servers);
    const sessionId = await roomWith(room, 300);
    const limited = { ...roomy, capacityPerSecond: 40 };
    const start = await progressOf(sessionId);
    await using _one = await openWorker(servers, limited, 20);
    await using _two = await openWorker(servers, limited, 20);
    await using _three = await openWorker(servers, limited, 20);
    await waitFor(async () => (await progressOf(sessionId)).serving >= 60, patience);
    const end = await progressOf(sessionId);
    // 30 a second by the database's clock, and never more. Each adding its own would be three times that.
    expect(end.serving - start.serving).toBeLessThanOrEqual(30 * (end.elapsed - start.elapsed) + 1);
    expect(end.rate).toBeLessThanOrEqual(30);
  });

  it('is taken up by another replica when one stops', async () => {
    await using room = await openReplica(servers);
    const sessionId = await roomWith(room, 200);
    const slow = { ...roomy, capacityPerSecond: 40 };
    const first = await openWorker(servers, slow);
    await waitFor(() => (room.poll(sessionId)?.serving ?? 0) > 0, patience);
    await first.stop();
    const { serving } = await progressOf(sessionId);
    await using _second = await openWorker(servers, slow);
    await waitFor(async () => (await progressOf(sessionId)).serving > serving, patience);
  });

  it('lets nobody in while nothing is known of the sale', async () => {
    await using room = await openReplica(servers);
    const sessionId = await roomWith(room, 10);
    let asked = 0;
    await using _worker = await openWorker(servers, async () => {
      asked += 1;
      throw new Error('no figures');
    });
    await waitFor(() => asked > 3, patience);
    expect((await progressOf(sessionId)).serving).toBe(0);
  });

  it('puts an automatic room in force when the sale is crowded', async () => {
    await using room = await openReplica(servers);
    const sessionId = await roomWith(room, 0, 'auto');
    expect(room.requiresPass(sessionId)).toBe(false);
    expect(room.poll(sessionId)?.state).toBe('off');
    await using _worker = await openWorker(servers, { ...roomy, holdsPerSecond: 90_000 });
    await waitFor(() => room.requiresPass(sessionId), { ...patience, what: 'the room to be in force' });
    expect(await room.enter(sessionId, randomUUID())).toMatchObject({ number: 1 });
  });

  it('lets an automatic room go after a calm minute', async () => {
    await using room = await openReplica(servers);
    const sessionId = await roomWith(room, 0, 'auto');
    await servers.database.query('UPDATE waiting_rooms SET crowded = 1, calm_seconds = 59.9 WHERE id = ?', [sessionId]);
    await waitFor(() => room.requiresPass(sessionId), patience);
    await using _worker = await openWorker(servers);
    await waitFor(() => !room.requiresPass(sessionId), { ...patience, what: 'the room to be let go' });
  });
});
