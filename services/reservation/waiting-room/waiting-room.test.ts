import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { Redis } from 'ioredis';
import { type ShuffleRecord, verifyShuffle } from './index.ts';
import { inMs, type OwnServers, openReplica, openServers, openWorker, people } from './test/house.ts';

let servers: OwnServers;

beforeAll(async () => {
  servers = await openServers();
}, 60_000);

afterAll(() => servers[Symbol.asyncDispose]());

const patience = { timeoutMs: 20_000 };
type Replica = Awaited<ReturnType<typeof openReplica>>;

/** Redis as if it had been started anew. */
async function emptyRedis() {
  const root = new Redis(servers.memory.rootUrl);
  await root.flushdb();
  await root.call('SCRIPT', 'FLUSH');
  root.disconnect();
}

/** What the admission would do. */
const serve = (sessionId: string, serving: number) =>
  servers.database.query('UPDATE waiting_rooms SET serving = ? WHERE id = ?', [serving, sessionId]);

const enterAll = (room: Replica, sessionId: string, members: readonly string[]) =>
  Promise.all(members.map((member) => room.enter(sessionId, member)));

async function openRoom(room: Replica) {
  const sessionId = randomUUID();
  await room.configure(sessionId, { mode: 'on' });
  return sessionId;
}

/** Opens with these people in the lobby. */
async function drawLobby(room: Replica, members: readonly string[]) {
  const sessionId = randomUUID();
  await room.configure(sessionId, { mode: 'on', opensAt: inMs(60_000) });
  const entries = await enterAll(room, sessionId, members);
  await room.configure(sessionId, { mode: 'on', opensAt: inMs(1) });
  await waitFor(() => room.poll(sessionId)?.state === 'open', { ...patience, what: 'the opening' });
  return { sessionId, entries };
}

describe('a session without a waiting room', () => {
  it('lets everybody through', async () => {
    await using room = await openReplica(servers);
    const sessionId = randomUUID();
    expect(room.requiresPass(sessionId)).toBe(false);
    expect(room.poll(sessionId)).toBeUndefined();
    expect(await room.enter(sessionId, randomUUID())).toMatchObject({ state: 'off', token: null });
  });

  it('lets nobody through before the rooms are known', async () => {
    const { createWaitingRoom } = await import('./index.ts');
    const { keys, log } = await import('./test/house.ts');
    expect(createWaitingRoom({ ...servers, keys, log }).requiresPass(randomUUID())).toBe(true);
  });
});

describe('the queue', () => {
  it('gives numbers in the order of coming', async () => {
    await using room = await openReplica(servers);
    const sessionId = await openRoom(room);
    const numbers = [];
    for (const member of people(20)) numbers.push((await room.enter(sessionId, member)).number);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('gives one place to a member who comes 200 times at once through two replicas', async () => {
    await using one = await openReplica(servers);
    await using two = await openReplica(servers);
    const sessionId = await openRoom(one);
    await waitFor(() => two.requiresPass(sessionId), patience);
    const member = randomUUID();
    const entries = await Promise.all(
      Array.from({ length: 200 }, (_, index) => (index % 2 ? one : two).enter(sessionId, member)),
    );
    expect(new Set(entries.map(({ number }) => number)).size).toBe(1);
  });

  it('would give that member many places if it looked first and counted then: the script is what prevents it', async () => {
    const [key, sessionId] = [randomUUID(), randomUUID()];
    const naive = async () => {
      const known = await servers.redis.hget(`{${sessionId}}:naive`, key);
      if (known !== null) return Number(known);
      const number = await servers.redis.incr(`{${sessionId}}:naive-count`);
      await servers.redis.hset(`{${sessionId}}:naive`, key, number);
      return number;
    };
    const numbers = await Promise.all(Array.from({ length: 200 }, naive));
    expect(new Set(numbers).size).toBeGreaterThan(1);
  });

  it('gives 300 members 300 numbers, in blocks, through two replicas', async () => {
    await using one = await openReplica(servers, { block: 50 });
    await using two = await openReplica(servers, { block: 50 });
    const sessionId = await openRoom(one);
    await waitFor(() => two.requiresPass(sessionId), patience);
    const members = people(300);
    const entries = await Promise.all(members.map((member, index) => (index % 2 ? one : two).enter(sessionId, member)));
    expect(new Set(entries.map(({ number }) => number)).size).toBe(300);
    const again = await enterAll(two, sessionId, members);
    expect(again.map(({ number }) => number)).toEqual(entries.map(({ number }) => number));
  });

  it('takes no more than it is told to', async () => {
    await using room = await openReplica(servers, { maxPlaces: 100, block: 100 });
    const sessionId = await openRoom(room);
    const states = (await enterAll(room, sessionId, people(120))).map(({ state }) => state);
    expect(states.filter((state) => state === 'waiting')).toHaveLength(100);
    expect(states.filter((state) => state === 'full')).toHaveLength(20);
  });

  it('gives a pass once it is served that far, to its member only', async () => {
    await using room = await openReplica(servers);
    const sessionId = await openRoom(room);
    const [first = '', second = ''] = people(2);
    const [mine, theirs] = [await room.enter(sessionId, first), await room.enter(sessionId, second)];
    expect(mine).toMatchObject({ state: 'waiting', number: 1, position: 1 });
    expect(room.redeem(sessionId, first, mine.token ?? '')).toMatchObject({ state: 'waiting', number: 1 });

    await serve(sessionId, 1);
    await waitFor(() => room.poll(sessionId)?.serving === 1, patience);
    const redeemed = room.redeem(sessionId, first, mine.token ?? '');
    if (redeemed.state !== 'admitted') throw new Error(redeemed.state);
    expect(room.verifyPass(redeemed.pass, { memberId: first, sessionId })).toBe(true);
    expect(room.verifyPass(redeemed.pass, { memberId: second, sessionId })).toBe(false);
    expect(room.verifyPass(redeemed.pass, { memberId: first, sessionId: randomUUID() })).toBe(false);
    expect(room.redeem(sessionId, second, mine.token ?? '')).toEqual({ state: 'refused' });
    expect(room.redeem(sessionId, first, 'nonsense')).toEqual({ state: 'refused' });
    expect(room.redeem(sessionId, second, theirs.token ?? '')).toMatchObject({ state: 'waiting', position: 1 });
    expect(await room.enter(sessionId, first)).toMatchObject({ state: 'admitted', number: 1, position: 0 });
  });

  it('can be switched off and on again, and goes on where it was', async () => {
    await using room = await openReplica(servers);
    const sessionId = await openRoom(room);
    const member = randomUUID();
    await room.enter(sessionId, randomUUID());
    const { token } = await room.enter(sessionId, member);
    const before = room.poll(sessionId)?.commitment;
    await room.configure(sessionId, { mode: 'off' });
    expect(room.requiresPass(sessionId)).toBe(false);
    expect(room.redeem(sessionId, member, token ?? '').state).toBe('admitted');
    await room.configure(sessionId, { mode: 'on' });
    expect(room.requiresPass(sessionId)).toBe(true);
    expect(await room.enter(sessionId, member)).toMatchObject({ number: 2 });
    expect(room.poll(sessionId)).toMatchObject({ commitment: before, seed: null });
  });
});

describe('the lobby', () => {
  it('becomes an order that anyone can verify, and newcomers come after it', async () => {
    await using room = await openReplica(servers);
    await using _worker = await openWorker(servers, async () => {
      throw new Error('nobody is let in');
    });
    const sessionId = randomUUID();
    const opening = { mode: 'on', opensAt: inMs(3_000) } as const;
    const { commitment, seed } = await room.configure(sessionId, opening);
    expect(seed).toBeNull();
    const members = people(60);
    const entries = await enterAll(room, sessionId, [...members, ...members]);
    for (const entry of entries) expect(entry).toMatchObject({ state: 'lobby', number: null });
    expect(room.redeem(sessionId, members[0] ?? '', entries[0]?.token ?? '')).toEqual({ state: 'lobby' });
    expect(await room.shufflePage(sessionId, { limit: 10 })).toBeUndefined();

    await waitFor(() => room.poll(sessionId)?.state === 'open', { ...patience, what: 'the opening' });
    expect(room.poll(sessionId)).toMatchObject({ commitment, entrants: 60, serving: 0 });
    const drawn = await enterAll(room, sessionId, members);
    expect(drawn.map(({ number }) => number).toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
    expect(await room.enter(sessionId, randomUUID())).toMatchObject({ state: 'waiting', number: 61 });

    const record = await wholeRecord(room, sessionId);
    const verdict = await verifyShuffle(record);
    if (!verdict.holds) throw new Error(verdict.fault);
    expect(record.commitment).toBe(commitment);
    for (const { entrant, number } of drawn) expect(verdict.order[Number(number) - 1]).toBe(entrant);
    expect(JSON.stringify(record)).not.toContain(members[0]);
  });

  it('is not entered any more once it is closed, even by a replica that does not know yet', async () => {
    await using room = await openReplica(servers);
    const sessionId = randomUUID();
    await room.configure(sessionId, { mode: 'on', opensAt: inMs(60_000) });
    const early = randomUUID();
    await room.enter(sessionId, early);
    await servers.database.query("UPDATE waiting_rooms SET state = 'shuffling', mode = 'on' WHERE id = ?", [sessionId]);
    expect(await room.enter(sessionId, randomUUID())).toMatchObject({ state: 'waiting', number: 2 });
    // The early one has a place that is not drawn yet.
    await waitFor(() => room.poll(sessionId)?.state === 'shuffling', patience);
    expect(await room.enter(sessionId, early)).toMatchObject({ state: 'shuffling', number: null });
  });
});

async function wholeRecord(room: Replica, sessionId: string): Promise<ShuffleRecord> {
  const entrants: string[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await room.shufflePage(sessionId, { after, limit: 25 });
    if (!page) throw new Error('there is no record');
    entrants.push(...page.entrants);
    if (page.next === null) return { ...page, entrants };
    after = page.next;
  }
}

describe('a Redis that lost everything', () => {
  it('costs nobody who has a token the place, and nobody new comes before them', async () => {
    await using _worker = await openWorker(servers, async () => {
      throw new Error('nobody is let in');
    });
    await using room = await openReplica(servers, { block: 10 });
    const { sessionId } = await drawLobby(room, people(5));
    const members = people(12);
    const before = [];
    for (const member of members) before.push(await room.enter(sessionId, member));
    expect(before.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, index) => index + 6));

    await emptyRedis();
    const newcomer = await room.enter(sessionId, randomUUID());
    expect(newcomer.number).toBeGreaterThan(17);
    for (const [index, member] of members.entries()) {
      const { token, number } = before[index] ?? {};
      expect(await room.enter(sessionId, member, token ?? '')).toMatchObject({ number });
      // It is known again, so the next time the token is not needed.
      expect(await room.enter(sessionId, member)).toMatchObject({ number });
    }
    await serve(sessionId, 17);
    await waitFor(() => room.poll(sessionId)?.serving === 17, patience);
    for (const [index, member] of members.entries()) {
      expect(room.redeem(sessionId, member, before[index]?.token ?? '').state).toBe('admitted');
    }
    expect((await room.enter(sessionId, randomUUID())).state).toBe('waiting');
  });

  it('gets the order of the lobby again, for those without a token too', async () => {
    await using room = await openReplica(servers);
    await using _worker = await openWorker(servers, async () => {
      throw new Error('nobody is let in');
    });
    const members = people(30);
    const { sessionId } = await drawLobby(room, members);
    const before = (await enterAll(room, sessionId, members)).map(({ number }) => number);
    await emptyRedis();
    const after = await waitFor(async () => {
      const entries = await enterAll(room, sessionId, members);
      return entries.every(({ number }) => number !== null) && entries.map(({ number }) => number);
    }, patience);
    expect(after).toEqual(before);
  });

  it('does not give a number a second time to somebody without a token', async () => {
    await using room = await openReplica(servers, { block: 25 });
    const sessionId = await openRoom(room);
    const before = await enterAll(room, sessionId, people(40));
    await emptyRedis();
    const after = await enterAll(room, sessionId, people(40));
    const numbers = [...before, ...after].map(({ number }) => number);
    expect(new Set(numbers).size).toBe(80);
    expect(Math.min(...after.map(({ number }) => Number(number)))).toBeGreaterThan(40);
  });
});

it('takes no token that another key has signed', async () => {
  await using room = await openReplica(servers);
  await using stranger = await openReplica(servers, { keys: [randomBytes(32)] });
  const sessionId = await openRoom(room);
  await waitFor(() => stranger.requiresPass(sessionId), patience);
  const member = randomUUID();
  await room.enter(sessionId, randomUUID());
  const { token } = await stranger.enter(sessionId, randomUUID());
  expect(room.redeem(sessionId, member, token ?? '')).toEqual({ state: 'refused' });
  // Presented on entering it is no proof of a number either.
  expect(await room.enter(sessionId, member, token ?? '')).toMatchObject({ number: 3 });
});
