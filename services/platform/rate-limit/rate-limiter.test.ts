import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { defineService } from '../contract/index.ts';
import { newId } from '../ids/index.ts';
import { createLogger } from '../log/index.ts';
import { openRedis } from '../redis/index.ts';
import { type PrivateServer, startPrivate, waitFor } from '../testing/index.ts';
import { createRateLimiter, RateLimited, type RateLimiter } from './index.ts';

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const owner = defineService({ name: 'owner', summary: 'Owns keys', workloads, owns: { redis: true } });
const log = createLogger({ service: 'owner', workload: 'test', level: 'silent' });

let server: PrivateServer;
const connections: Redis[] = [];
beforeAll(async () => {
  server = await startPrivate('redis', [owner]);
});
afterAll(async () => {
  for (const redis of connections) redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** As many instances of a service with one limit of three in ten minutes. */
async function instances(count: number, name = newId()) {
  return await Promise.all(
    Array.from({ length: count }, async () => {
      const redis = await openRedis({ url: server.url(owner), service: 'owner', log });
      connections.push(redis);
      return { redis, limiter: createRateLimiter({ redis, name, points: 3, seconds: 600, log }) };
    }),
  );
}

async function allowed(limiters: readonly RateLimiter[], key: string) {
  const outcomes = await Promise.allSettled(limiters.map((limiter) => limiter.consume(key)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RateLimited);
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

function pick<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new Error(`there is no ${index}`);
  return found;
}

describe('createRateLimiter', () => {
  it('allows what the window holds over all instances together, and says when the next is', async () => {
    const pair = (await instances(2)).map(({ limiter }) => limiter);
    expect(await allowed([...pair, ...pair, ...pair], 'kim@example.com')).toBe(3);
    const refused = await pick(pair, 0)
      .consume('kim@example.com')
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ retryAfterSeconds: expect.any(Number) });
    expect((refused as RateLimited).retryAfterSeconds).toBeGreaterThan(590);
    expect((refused as RateLimited).retryAfterSeconds).toBeLessThanOrEqual(600);
  });

  it('counts each key by itself, and more points at once', async () => {
    const { limiter } = pick(await instances(1), 0);
    await limiter.consume('a', 3);
    await limiter.consume('b', 2);
    await expect(limiter.consume('b', 2)).rejects.toBeInstanceOf(RateLimited);
    await expect(limiter.consume('a')).rejects.toBeInstanceOf(RateLimited);
  });

  it('tells what is left without counting, and forgets on reset', async () => {
    const { limiter } = pick(await instances(1), 0);
    expect(await limiter.peek('a')).toEqual({ remainingPoints: 3, retryAfterSeconds: 0 });
    await limiter.consume('a', 2);
    expect(await limiter.peek('a')).toMatchObject({ remainingPoints: 1 });
    await limiter.reset('a');
    expect(await limiter.peek('a')).toMatchObject({ remainingPoints: 3 });
  });

  it('stores no key as it was given', async () => {
    const { limiter } = pick(await instances(1), 0);
    await limiter.consume('lee@example.com');
    const root = new Redis(server.rootUrl);
    const keys = await root.keys('*');
    root.disconnect();
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.every((key) => key.startsWith('owner:limit:') && !key.includes('lee'))).toBe(true);
  });

  it('limits each instance from its own memory while Redis is away, and together once it is back', async () => {
    const pair = await instances(2);
    const limiters = pair.map(({ limiter }) => limiter);
    const first = pick(limiters, 0);
    const both = [...limiters, ...limiters, ...limiters, ...limiters];
    await server.kill();
    await waitFor(() => pair.every(({ redis }) => redis.status !== 'ready'));
    expect(await allowed(both, 'away')).toBe(6);
    expect(await first.peek('away')).toMatchObject({ remainingPoints: 0 });
    await first.reset('away');
    await first.consume('away');
    await server.start();
    await waitFor(() => pair.every(({ redis }) => redis.status === 'ready'));
    expect(await allowed(both, 'back')).toBe(3);
  });
});
