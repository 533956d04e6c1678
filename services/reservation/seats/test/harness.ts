import { createLogger } from '@ticketaka/platform/log';
import { openRedis, type Redis } from '@ticketaka/platform/redis';

const log = createLogger({ service: 'reservation', workload: 'test', level: 'error' });

export const connect = (url: string): Promise<Redis> =>
  openRedis({ url, service: 'reservation', log, commandTimeoutMs: 20_000 });

/** Removes what Redis knows of a session, as a flush does. `root` has the rights for it, and no prefix. */
export async function lose(root: Redis, word: string): Promise<void> {
  for (const key of await root.keys(`*${word}*`)) await root.unlink(key);
}

/** The clock of the scripts is a hash that a test sets. */
export const testClock = (lua: string): string =>
  lua.replaceAll("redis.call('TIME')", "redis.call('HMGET', 'reservation:clock', 's', 'us')");

export const setClock = (redis: Redis, now: number): Promise<unknown> =>
  redis.hset('clock', { s: Math.floor(now / 1_000), us: (now % 1_000) * 1_000 });
