import type { Logger } from '@ticketaka/platform/log';
import type { Redis } from '@ticketaka/platform/redis';

/**
 * Which history Redis has, as it names it: `master_replid`. A replica that is promoted begins another one, and so does a
 * server that is started again; either may lack what was written last.
 *
 * @returns undefined where it is hidden, as some managed services do, which is said once
 * @throws when Redis is away
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/replication/
 */
export type ReadLineage = () => Promise<string | undefined>;

/** @see ReadLineage */
export function lineageOf(redis: Pick<Redis, 'info'>, log: Logger): ReadLineage {
  let isToldHidden = false;
  return async () => {
    const found = /^master_replid:([0-9a-f]{40})\r?$/m.exec(await replication(redis))?.[1];
    if (found === undefined && !isToldHidden) {
      isToldHidden = true;
      log.warn('Redis does not say which history it has: after a failover pictures are repaired, and not drawn anew');
    }
    return found;
  };
}

async function replication(redis: Pick<Redis, 'info'>): Promise<string> {
  try {
    return await redis.info('replication');
  } catch (error) {
    // It answered, and refuses.
    if (error instanceof Error && error.name === 'ReplyError' && /^(NOPERM|ERR)\b/.test(error.message)) return '';
    throw error;
  }
}
