import type { Logger } from '@ticketaka/platform/log';
import type { Redis } from '@ticketaka/platform/redis';

/** Which history Redis has, as it names it. */
export interface Lineage {
  /** `master_replid`: another one when a replica was promoted or the server was started again. */
  readonly id: string;
  /** `run_id`: of the process, where it is told. */
  readonly run: string | undefined;
  /** Whether it goes on from another history, of which it may lack the last. */
  readonly hasForerunner: boolean;
}

/**
 * @returns undefined where it is hidden, as some managed services do, which is said once
 * @throws when Redis is away
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/replication/
 */
export type ReadLineage = () => Promise<Lineage | undefined>;

/** @see ReadLineage */
export function lineageOf(redis: Pick<Redis, 'info'>, log: Logger): ReadLineage {
  let isToldHidden = false;
  return async () => {
    const [replication, server] = await Promise.all([infoOf(redis, 'replication'), infoOf(redis, 'server')]);
    const id = idIn(replication, 'master_replid');
    if (id !== undefined) {
      const forerunner = idIn(replication, 'master_replid2');
      return { id, run: idIn(server, 'run_id'), hasForerunner: forerunner === undefined || !/^0+$/.test(forerunner) };
    }
    if (!isToldHidden) {
      isToldHidden = true;
      log.warn('Redis does not say which history it has: after a failover pictures are repaired, and not drawn anew');
    }
    return undefined;
  };
}

/**
 * Whether it is the same history by another name: a master that has had no replica for an hour takes a new one. Nothing
 * is missing then.
 */
export function isRenamed(before: Lineage, { run, hasForerunner }: Lineage): boolean {
  return run !== undefined && run === before.run && !hasForerunner;
}

async function infoOf(redis: Pick<Redis, 'info'>, section: 'replication' | 'server'): Promise<string> {
  try {
    return await redis.info(section);
  } catch (error) {
    // It answered, and refuses.
    if (error instanceof Error && error.name === 'ReplyError' && /^(NOPERM|ERR)\b/.test(error.message)) return '';
    throw error;
  }
}

function idIn(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:([0-9a-f]{40})\\r?$`, 'm').exec(info)?.[1];
}
