import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineService } from '../contract/index.ts';
import { Health } from '../lifecycle/index.ts';
import { createLogger } from '../log/index.ts';
import { waitFor } from '../testing/index.ts';
import { openRedis } from './index.ts';
import { startWatchedRedis, type WatchedRedis } from './test/watched-redis.ts';

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const owner = defineService({ name: 'owner', summary: 'Owns keys', workloads, owns: { redis: true } });
const patience = { timeoutMs: 90_000 };

let servers: WatchedRedis;
beforeAll(async () => {
  servers = await startWatchedRedis(owner);
}, 180_000);
afterAll(() => servers[Symbol.asyncDispose]());

async function open() {
  const lines: string[] = [];
  const log = createLogger({
    service: 'owner',
    workload: 'test',
    destination: { write: (line) => void lines.push(line) },
  });
  const health = new Health();
  const redis = await openRedis({ url: servers.url, service: 'owner', log, health });
  const about = (word: string) => lines.filter((line) => line.includes(word)).length;
  return { redis, about, state: () => health.report().parts['redis']?.state };
}

/** What one server has of the owner. */
const valueAt = (number: number, key: string) => servers.ask(number, (root) => root.get(`owner:${key}`));

/** One key was written: a failure meanwhile is what callers see. */
const writes = (redis: Awaited<ReturnType<typeof open>>['redis'], key: string) => async () =>
  (await redis.set(key, '1').catch(() => undefined)) === 'OK';

describe('Redis behind sentinels', () => {
  it('is the master, and when that is lost the one that takes its place, told once', async () => {
    const { redis, about, state } = await open();
    await redis.set('a', '1');
    expect([await servers.master(), state()]).toEqual([0, 'up']);
    await waitFor(async () => (await valueAt(1, 'a')) === '1');

    await servers.kill('server', 0);
    await waitFor(() => state() === 'down');
    await expect(redis.set('b', '1')).rejects.toThrow();
    await waitFor(() => state() === 'up', patience);
    expect(await servers.master()).toBe(1);
    expect(await redis.get('a')).toBe('1');
    await redis.set('c', '1');
    expect(await valueAt(1, 'c')).toBe('1');
    expect([about('Redis lost'), about('Redis found again')]).toEqual([1, 1]);
    redis.disconnect();
  }, 180_000);

  it('is still the new one when the old one comes back, as its replica', async () => {
    const { redis } = await open();
    await servers.start('server', 0);
    await waitFor(
      () => servers.ask(0, async (root) => (await root.info('replication')).includes('role:slave')),
      patience,
    );
    await redis.set('d', '1');
    await waitFor(async () => (await valueAt(0, 'd')) === '1', patience);
    redis.disconnect();
  }, 180_000);

  it('is followed when the master is changed while it lives, and refuses to write', async () => {
    const { redis } = await open();
    const master = await servers.master();
    // As after a failover of which this client heard nothing: the connection stays, and every write is refused.
    await servers.ask(master ?? 0, (root) => root.call('REPLICAOF', '127.0.0.1', '1'));
    await expect(redis.set('e', '1')).rejects.toThrow('READONLY');
    await waitFor(writes(redis, 'f'), patience);
    redis.disconnect();
  }, 180_000);

  it('is found without the first sentinel', async () => {
    await servers.kill('sentinel', 0);
    const { redis, state } = await open();
    await waitFor(() => state() === 'up', patience);
    await waitFor(writes(redis, 'g'), patience);
    redis.disconnect();
    await servers.start('sentinel', 0);
  }, 180_000);

  it('is away, and said to be, while no sentinel answers, and is found when they do', async () => {
    for (const number of [0, 1, 2]) await servers.kill('sentinel', number);
    const { redis, about, state } = await open();
    expect([state(), about('Redis lost')]).toEqual(['down', 1]);
    await expect(redis.get('a')).rejects.toThrow();
    for (const number of [0, 1, 2]) await servers.start('sentinel', number);
    await waitFor(() => state() === 'up', patience);
    expect([about('Redis lost'), about('Redis found again')]).toEqual([1, 1]);
    redis.disconnect();
  }, 180_000);

  it('ends when it is told to while no sentinel answers', async () => {
    for (const number of [0, 1, 2]) await servers.kill('sentinel', number);
    const { redis } = await open();
    redis.disconnect();
    await waitFor(() => redis.status === 'end');
  }, 180_000);
});
