import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { defineService } from '../contract/index.ts';
import { Health } from '../lifecycle/index.ts';
import { createLogger } from '../log/index.ts';
import { type PrivateServer, startPrivate, waitFor } from '../testing/index.ts';
import { openRedis } from './index.ts';

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const owner = defineService({ name: 'owner', summary: 'Owns keys', workloads, owns: { redis: true } });

let server: PrivateServer;
beforeAll(async () => {
  server = await startPrivate('redis', [owner]);
});
afterAll(() => server[Symbol.asyncDispose]());

async function open(url = server.url(owner)) {
  const lines: string[] = [];
  const log = createLogger({
    service: 'owner',
    workload: 'test',
    destination: { write: (line) => void lines.push(line) },
  });
  const health = new Health();
  const redis = await openRedis({ url, service: 'owner', log, health });
  const about = (word: string) => lines.filter((line) => line.includes(word)).length;
  return { redis, about, part: () => health.report().parts['redis'] };
}

describe('openRedis', () => {
  it('keeps every key below the name of the service, as its user must', async () => {
    const { redis, part } = await open();
    await redis.set('a', '1');
    expect(await redis.get('a')).toBe('1');
    const bare = new Redis(server.url(owner));
    expect(await bare.get('owner:a')).toBe('1');
    await expect(bare.get('a')).rejects.toThrow('NOPERM');
    bare.disconnect();
    expect(part()).toEqual({ state: 'up', vital: false });
    redis.disconnect();
  });

  it('fails at once while Redis is away, finds it again by itself, and says each once', async () => {
    const { redis, about, part } = await open();
    await redis.set('b', '1');
    await server.kill();
    await waitFor(() => part()?.state === 'down');
    await expect(redis.get('b')).rejects.toThrow();
    await server.start();
    await waitFor(() => part()?.state === 'up');
    // What was set is not asked for: of the last moment before a crash Redis promises nothing.
    expect(await redis.set('b', '2')).toBe('OK');
    expect([about('Redis lost'), about('Redis found again')]).toEqual([1, 1]);
    redis.disconnect();
  });

  it('tells what Redis refuses from what it does not answer', async () => {
    const { redis } = await open();
    await redis.set('text', 'a');
    const refused = await redis.incr('text').catch((error: unknown) => error);
    expect(String(refused)).toContain('not an integer');
    expect(refused).not.toHaveProperty('unavailable');
    redis.disconnect();
    await expect(redis.get('text')).rejects.toMatchObject({ unavailable: true });
  });

  it('drops a connection on which Redis hangs', async () => {
    const { redis, part } = await open();
    await server.pause();
    await expect(redis.get('c')).rejects.toMatchObject({ message: 'Command timed out', unavailable: true });
    await server.resume();
    await waitFor(async () => (await redis.ping()) === 'PONG');
    expect(part()?.state).toBe('up');
    redis.disconnect();
  });

  it('starts while Redis is away, and says so', async () => {
    const { redis, about, part } = await open('redis://a:b@127.0.0.1:9');
    expect(part()).toMatchObject({ state: 'down', vital: false });
    expect(about('Redis lost')).toBe(1);
    redis.disconnect();
  });

  it('says nothing when it is closed on purpose', async () => {
    const { redis, about } = await open();
    await redis.quit();
    await waitFor(() => redis.status === 'end');
    expect(about('Redis lost')).toBe(0);
  });
});
