import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from '@ticketaka/platform/redis';
import { createTestRedis, type TestRedis } from '@ticketaka/platform/testing';
import { createSeatImage, gatherHolds, type HoldSetsRequest, type SeatImage } from '../index.ts';
import { connect } from './harness.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await createTestRedis('reservation');
  redis = await connect(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

let sessions = 0;

async function crowded() {
  sessions += 1;
  const session = `gathered${sessions}`;
  const image = createSeatImage({ redis });
  await image.rebuild(session, { epoch: 1, units: 400, taken: [] });
  const sizes: number[] = [];
  const counted: SeatImage = {
    ...image,
    holdAll: (sessionId, requests) => {
      sizes.push(requests.length);
      return image.holdAll(sessionId, requests);
    },
  };
  return { session, image: gatherHolds(counted), sizes };
}

const request = (buyer: number, units: readonly number[]): HoldSetsRequest => ({
  epoch: 1,
  holdId: `hold${buyer}`,
  memberId: `member${buyer}`,
  requestHash: 'hash',
  limit: 4,
  ttlMs: 60_000,
  candidates: [units],
});

describe('holds that are asked for at once', () => {
  it('go to Redis together, and each gets its own answer', async () => {
    const { session, image, sizes } = await crowded();
    // Each pair of buyers wants the same seats.
    const wants = Array.from({ length: 100 }, (_, buyer) => request(buyer, [Math.floor(buyer / 2) * 2]));
    const outcomes = await Promise.all(wants.map((each) => image.hold(session, each)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(wants.map((_, buyer) => (buyer % 2 === 0 ? 'held' : 'conflict')));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(100);
    expect(sizes.length).toBeLessThan(10);
    const again = await image.hold(session, request(0, [0]));
    expect(again).toMatchObject({ kind: 'held', replayed: true, units: [0] });
  });

  it('do not suffer from one that cannot be asked for', async () => {
    const { session, image } = await crowded();
    const [right, wrong] = await Promise.allSettled([
      image.hold(session, request(1, [1])),
      image.hold(session, request(2, [2, 2])),
    ]);
    expect(right).toMatchObject({ status: 'fulfilled', value: { kind: 'held' } });
    expect(wrong).toMatchObject({ status: 'rejected', reason: expect.any(RangeError) });
  });

  it('are told apart by epoch', async () => {
    const { session, image } = await crowded();
    const outcomes = await Promise.all([
      image.hold(session, { ...request(1, [1]), epoch: 7 }),
      image.hold(session, request(2, [2])),
    ]);
    expect(outcomes).toMatchObject([{ kind: 'stale' }, { kind: 'held' }]);
  });

  it('all fail when Redis is away, and the next ones are asked for again', async () => {
    const { session, image } = await crowded();
    const broken = gatherHolds({ ...image, holdAll: () => Promise.reject(new Error('away')) });
    const both = await Promise.allSettled([
      broken.hold(session, request(1, [1])),
      broken.hold(session, request(2, [2])),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(broken.hold(session, request(3, [3]))).rejects.toThrow('away');
    expect(await image.hold(session, request(3, [3]))).toMatchObject({ kind: 'held' });
  });
});
