import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createTestRedis, type TestRedis } from './index.ts';

describe('a test Redis', () => {
  let auth: TestRedis;
  let client: Redis;

  beforeAll(async () => {
    auth = await createTestRedis('auth');
    client = new Redis(auth.url);
  });

  afterAll(async () => {
    client.disconnect();
    await auth[Symbol.asyncDispose]();
  });

  it('lets a service at its own keys, scripts and channels', async () => {
    await client.set('auth:a', '1');
    expect(await client.eval('return redis.call("INCR", KEYS[1])', 1, 'auth:a')).toBe(2);
    expect(await client.publish('auth:changes', 'x')).toBe(0);
  });

  it.each([
    ['get', 'members:a'],
    ['set', 'members:a', '1'],
    ['eval', 'return redis.call("GET", "members:a")', '0'],
    ['publish', 'members:changes', 'x'],
    ['rename', 'auth:a', 'members:a'],
  ])("refuses what is another service's: %s %s", async (command, ...args) => {
    await expect(client.call(command, ...args)).rejects.toThrow(/NOPERM|can't access/);
  });

  it.each([
    'keys *',
    'scan 0',
    'randomkey',
    'flushdb',
    'flushall',
    'config get *',
    'acl list',
    'script flush',
    'monitor',
    'function list',
  ])('refuses what concerns everybody: %s', async (line) => {
    const [command = '', ...args] = line.split(' ');
    await expect(client.call(command, ...args)).rejects.toThrow(/NOPERM/);
  });

  it('keeps the keys of two tests apart', async () => {
    await using other = await createTestRedis('auth');
    const same = new Redis(other.url);
    await client.set('auth:mine', '1');
    expect(await same.get('auth:mine')).toBeNull();
    same.disconnect();
  });
});
