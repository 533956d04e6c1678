import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from '@ticketaka/platform/redis';
import { createTestRedis, type TestRedis, waitFor } from '@ticketaka/platform/testing';
import { Redis as BareRedis } from 'ioredis';
import { readUnit } from '../bitmap.ts';
import { createSeatImage, type SeatImage, unitState } from '../index.ts';
import { imageKey } from '../keys.ts';
import { hold as holdScript } from '../lua/hold.ts';
import { seatImage } from '../seat-image.ts';
import type { TakenUnit } from '../types.ts';
import { connect, lose } from './harness.ts';

let server: TestRedis;
let root: BareRedis;
let image: SeatImage;
const connections: Redis[] = [];
beforeAll(async () => {
  server = await createTestRedis('reservation');
  root = new BareRedis(server.rootUrl);
  image = createSeatImage({ redis: await open() });
});
afterAll(async () => {
  for (const each of connections) each.disconnect();
  root.disconnect();
  await server[Symbol.asyncDispose]();
});

async function open() {
  const redis = await connect(server.url);
  connections.push(redis);
  return redis;
}

let numbers = 0;
async function newSession(units: number, taken: readonly TakenUnit[] = []) {
  numbers += 1;
  const session = `session-${numbers}`;
  expect(await image.rebuild(session, { epoch: 1, units, taken })).toMatchObject({ kind: 'rebuilt' });
  return session;
}

const request = (holdId: string, candidates: readonly (readonly number[])[]) => ({
  epoch: 1,
  holdId,
  memberId: `member of ${holdId}`,
  requestHash: 'hash',
  limit: 4,
  ttlMs: 60_000,
  candidates,
});

/** Buyers on several connections who all want three neighbouring seats of few. Answers how often each was held. */
async function rush(revise?: (lua: string) => string) {
  const units = 200;
  const session = await newSession(units);
  const images = await Promise.all(Array.from({ length: 8 }, async () => seatImage({ redis: await open() }, revise)));
  const outcomes = await Promise.all(
    Array.from({ length: 1_600 }, async (_, buyer) => {
      const first = (buyer * 7) % (units - 2);
      const of = request(`hold-${buyer}`, [[first, first + 1, first + 2]]);
      return await images[buyer % images.length]?.hold(session, of);
    }),
  );
  const held = outcomes.flatMap((outcome) => (outcome?.kind === 'held' ? outcome.units : []));
  return { session, held, twice: held.length - new Set(held).size };
}

describe('an image of seats', () => {
  it('gives no unit to two of many buyers on several connections', async () => {
    const { session, held, twice } = await rush();
    expect(twice).toBe(0);
    const bits = await image.bits(session);
    if (bits.kind !== 'bits') throw new Error('stale');
    const marked = Array.from({ length: 200 }, (_, unit) => unit).filter(
      (unit) => readUnit(bits.bitmap, unit) === unitState.held,
    );
    expect(held.toSorted((a, b) => a - b)).toEqual(marked);
  });

  it('would give some to two if the script did not look', async () => {
    const { twice } = await rush((lua) => lua.replace('state ~= 0 and not (mine and mine[ARGV[i]])', 'false'));
    expect(twice).toBeGreaterThan(0);
  });

  it('gives exactly as many standing places as there are', async () => {
    const session = await newSession(1_000);
    const outcomes = await Promise.all(
      Array.from({ length: 1_500 }, (_, buyer) => {
        const { candidates: _none, ...rest } = request(`hold-${buyer}`, []);
        return image.holdAny(session, { ...rest, ranges: [[100, 999]], quantity: 2 });
      }),
    );
    const held = outcomes.flatMap((outcome) => (outcome.kind === 'held' ? outcome.units : []));
    expect(new Set(held).size).toBe(900);
    expect(held).toHaveLength(900);
  });

  it('ends holds by the clock of Redis, also when nobody comes', async () => {
    const session = await newSession(8);
    await image.hold(session, { ...request('a', [[0, 1]]), ttlMs: 30 });
    await waitFor(async () => {
      const outcome = await image.sweep(session);
      return outcome.kind === 'swept' && outcome.pending === 0;
    });
    const bits = await image.bits(session);
    expect(bits).toMatchObject({ kind: 'bits', bitmap: Buffer.from([0, 0]) });
    expect(await image.hold(session, request('a', [[0, 1]]))).toEqual({ kind: 'ended', how: 'expired' });
  });

  it('is stale after a flush, and sells again when it is rebuilt', async () => {
    const session = await newSession(50);
    const held = await image.hold(session, request('before', [[3]]));
    if (held.kind !== 'held') throw new Error(held.kind);
    await lose(root, `{${session}}`);
    expect(await image.hold(session, request('after', [[4]]))).toEqual({ kind: 'stale' });
    expect(await image.pin(session, { holdId: 'before', pinMs: 1_000 })).toEqual({ kind: 'stale' });
    expect(await image.bits(session)).toEqual({ kind: 'stale' });
    await image.rebuild(session, { epoch: 2, units: 50, taken: [{ unit: 7, state: 'sold', memberId: 'm' }] });
    expect(await image.hold(session, request('after', [[4]]))).toEqual({ kind: 'stale' });
    const now = { ...request('after', [[4]]), epoch: 2 };
    const again = await image.hold(session, now);
    expect(again).toMatchObject({ kind: 'held', units: [4] });
    expect(again.kind === 'held' && again.seq > held.seq).toBe(true);
    expect(await image.settle(session, { holdId: 'before', seq: held.seq })).toEqual({ kind: 'absent' });
    expect(await image.hold(session, { ...now, holdId: 'sold', candidates: [[7]] })).toEqual({
      kind: 'conflict',
      unit: 7,
    });
    expect(await image.changes(session, held.seq)).toEqual({ kind: 'gap' });
  });

  it('survives that Redis forgets its scripts', async () => {
    const session = await newSession(8);
    await image.hold(session, request('a', [[0]]));
    await root.script('FLUSH');
    expect(await image.hold(session, request('b', [[1]]))).toMatchObject({ kind: 'held', units: [1] });
  });

  it('is of one rebuild when several run at once, the one of the latest epoch, and leaves nothing aside', async () => {
    const units = 20_000;
    const session = await newSession(units);
    const epochs = [2, 5, 3, 5, 4];
    const outcomes = await Promise.all(
      epochs.map((epoch, place) => {
        const taken = Array.from(
          { length: units },
          (_, unit) => ({ unit, state: 'sold', memberId: `m${place}` }) as const,
        );
        return image.rebuild(session, { epoch, units, taken });
      }),
    );
    expect(outcomes.filter((outcome, place) => outcome.kind === 'rebuilt' && epochs[place] === 5)).toHaveLength(1);
    const winner = outcomes.findIndex((outcome, place) => outcome.kind === 'rebuilt' && epochs[place] === 5);
    const hash = await root.hgetall(`reservation:${imageKey(session)}:5:h`);
    const owners = new Set(Object.entries(hash).flatMap(([key, value]) => (key.startsWith('u:') ? [value] : [])));
    expect(owners).toEqual(new Set([`0|m${winner}`]));
    expect(hash[`m:m${winner}`]).toBe(String(units));
    const parts = ['', ':5:b', ':5:h', ':5:z', ':d'].map((part) => `reservation:${imageKey(session)}${part}`);
    expect((await root.keys(`*{${session}}*`)).toSorted()).toEqual(parts);
    const lives = await Promise.all(parts.map((key) => root.pttl(key)));
    expect(lives.every((life) => life > 59 * 86_400_000)).toBe(true);
  });

  it('does not open an image of which Redis lost a part', async () => {
    const session = await newSession(8);
    const redis = await open();
    const losing = seatImage({ redis }, (lua) =>
      lua.replace("if redis.call('HLEN'", "redis.call('UNLINK', aside .. ':h')\nif redis.call('HLEN'"),
    );
    expect(await losing.rebuild(session, { epoch: 2, units: 8, taken: [] })).toEqual({ kind: 'lost' });
    expect(await image.epoch(session)).toBe(1);
  });

  it('says which sessions want sweeping, and forgets those whose time is over', async () => {
    const session = await newSession(8);
    await image.hold(session, { ...request('a', [[0]]), ttlMs: 20 });
    expect(await image.activeSessions()).toContain(session);
    await root.zadd('reservation:seats:active', 1, session);
    await waitFor(async () => {
      await image.sweep(session);
      return !(await image.activeSessions()).includes(session);
    });
  });

  it('gives every key a life that a hold renews', async () => {
    const session = await newSession(8);
    const key = `reservation:${imageKey(session)}`;
    await root.persist(`${key}:d`);
    await image.hold(session, request('a', [[0]]));
    await image.release(session, { holdId: 'a' });
    for (const each of await root.keys(`${key}*`)) expect(await root.pttl(each)).toBeGreaterThan(59 * 86_400_000);
  });

  it('remembers only so many ended holds', async () => {
    const session = await newSession(8);
    const forgetful = seatImage({ redis: await open() }, (lua) => lua.replace('length <= 100000', 'length <= 3'));
    for (let at = 0; at < 9; at += 1) {
      await forgetful.hold(session, request(`hold-${at}`, [[0]]));
      await forgetful.release(session, { holdId: `hold-${at}` });
    }
    expect(await root.llen(`reservation:${imageKey(session)}:1:t`)).toBe(3);
    expect(await forgetful.hold(session, request('hold-8', [[0]]))).toEqual({ kind: 'ended', how: 'released' });
    expect(await forgetful.hold(session, request('hold-0', [[0]]))).toMatchObject({ kind: 'held', replayed: false });
  });

  it('refuses sets that name a unit twice or differ in size', async () => {
    const session = await newSession(8);
    await expect(image.hold(session, request('a', [[1, 1]]))).rejects.toThrow('a unit comes twice');
    await expect(image.hold(session, request('a', [[1], [2, 3]]))).rejects.toThrow('differ in size');
    await expect(image.hold(session, request('a', [[]]))).rejects.toThrow(RangeError);
  });

  it('is not corrupted by a set that names a unit twice all the same', async () => {
    const session = await newSession(8);
    const key = `reservation:${imageKey(session)}`;
    const args = ['', '1', '1', 'twice', 'member', 'hash', '4', '60000', '', '2', '1', '5', '5'];
    await root.eval(holdScript, 1, key, ...args);
    expect(await image.release(session, { holdId: 'twice' })).toEqual({ kind: 'released' });
    expect(await image.bits(session)).toMatchObject({ bitmap: Buffer.from([0, 0]) });
    expect(await root.hexists(`${key}:1:h`, 'm:member')).toBe(0);
  });
});
