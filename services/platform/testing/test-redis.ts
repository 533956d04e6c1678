import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { z } from 'zod';
import type { Service } from '../contract/index.ts';
import { redisAclLine } from '../topology/index.ts';
import { askManager } from './server-manager.ts';
import type { TestResource } from './test-resource.ts';

/** A numbered database of its own on the shared Redis. Channels are not numbered: all tests of a service share them. */
export interface TestRedis extends TestResource {
  /** For REDIS_URL: a user with the rights that the service has, so keys begin with `<service>:`. */
  readonly url: string;
  /** The same database as root. */
  readonly rootUrl: string;
}

/** Makes a user for the service in an empty database. Disposing removes both, and ends connections that are left. */
export async function createTestRedis(service: Service | string): Promise<TestRedis> {
  const prefix = typeof service === 'string' ? service : service.name;
  const user = `${prefix}_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  const server = await askManager('/shared/redis', { answer: z.object({ url: z.url(), databases: z.int() }) });
  const number = await asRoot(server.url, async (root) => {
    const [, name = '', ...rules] = redisAclLine({ user, password, prefix }).split(' ');
    await root.call('ACL', 'SETUSER', name, ...rules);
    // Database 0 only counts the others.
    return ((await root.incr('test-databases')) % (server.databases - 1)) + 1;
  });
  return {
    url: `redis://${user}:${password}@${new URL(server.url).host}/${number}`,
    rootUrl: `${server.url}/${number}`,
    async [Symbol.asyncDispose]() {
      await asRoot(`${server.url}/${number}`, async (root) => {
        await root.call('ACL', 'DELUSER', user);
        await root.flushdb();
      });
    },
  };
}

async function asRoot<T>(url: string, work: (root: Redis) => Promise<T>) {
  const root = new Redis(url, { retryStrategy: () => null });
  try {
    return await work(root);
  } finally {
    root.disconnect();
  }
}
