import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { openRedis, type Redis } from '@ticketaka/platform/redis';
import { createTestRedis, type TestRedis, waitFor } from '@ticketaka/platform/testing';
import { createSeatImage } from '../seats/index.ts';
import { admissionLoad } from './admission-load.ts';
import { HoldLoad } from './hold-load.ts';

const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
const holdsPerSecond = 100_000;
const now = () => new Date();
let server: TestRedis;
let redis: Redis;
const replicas: HoldLoad[] = [];
beforeAll(async () => {
  server = await createTestRedis('reservation');
  redis = await openRedis({ url: server.url, service: 'reservation', log });
  replicas.push(new HoldLoad({ redis, log, now }), new HoldLoad({ redis, log, now }));
  await Promise.all(replicas.map((replica) => replica.start()));
}, 60_000);
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  redis.disconnect();
  await server[Symbol.asyncDispose]();
});

/** What is told once both replicas have told of so many holds, each of so many milliseconds. */
async function loadOf(...counts: readonly (readonly [holds: number, milliseconds: number])[]) {
  const sessionId = newId();
  const observe = admissionLoad({ redis, image: createSeatImage({ redis }), now, holdsPerSecond });
  for (const [at, [holds, milliseconds]] of counts.entries())
    for (let hold = 0; hold < holds; hold += 1) replicas[at]?.note(sessionId, milliseconds);
  return await waitFor(async () => {
    const load = await observe(sessionId);
    return load.capacityPerSecond === holdsPerSecond * counts.length && load.holdsPerSecond > 0 ? load : undefined;
  });
}

it('is not known what servers carry that could carry more', async () => {
  expect(await loadOf([2_000, 5], [20, 5])).toMatchObject({
    capacityPerSecond: 2 * holdsPerSecond,
    carriedPerSecond: undefined,
    latencyMs: 5,
  });
});

it('is what a replica carried whose holds are many at once, and slow, with what the others are trusted with', async () => {
  const { carriedPerSecond = 0, latencyMs } = await loadOf([2_000, 900], [20, 5]);
  expect(latencyMs).toBe(900);
  expect(carriedPerSecond).toBeGreaterThan(holdsPerSecond);
  expect(carriedPerSecond).toBeLessThan(holdsPerSecond + 10_000);
});

it('is no load when a few holds are slow: something is away for a moment', async () => {
  expect(await loadOf([3, 2_000])).toMatchObject({ carriedPerSecond: undefined, latencyMs: 2_000 });
});
