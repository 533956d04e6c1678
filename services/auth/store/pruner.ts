import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import type { SessionLimits } from '../domain/rotation.ts';
import { pruneOnce } from './prune.ts';
import type { AuthSchema } from './schema.ts';

const everyMs = 10 * 60_000;

export interface PrunerOptions {
  readonly db: Database<AuthSchema>;
  readonly limits: SessionLimits;
  readonly log: Logger;
}

/** Deletes expired sessions and old tokens now and then. Every replica does; whoever comes second finds less. */
export function createPruner({ db, limits, log }: PrunerOptions): Component {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const stopping = new AbortController();

  async function prune() {
    try {
      for (let more = true; more && !stopping.signal.aborted; ) {
        const result = await pruneOnce(db.kysely, limits);
        more = result.more;
        if (result.rows > 0) log.info({ rows: result.rows }, 'expired sessions and tokens deleted');
      }
    } catch (error) {
      log.warn({ err: error }, 'expired sessions were not deleted, trying again later');
    }
  }

  function schedule() {
    if (stopping.signal.aborted) return;
    // Spread, so that replicas that started together do not meet.
    timer = setTimeout(
      () => {
        running = prune().then(schedule);
      },
      everyMs * (0.5 + Math.random()),
    );
    timer.unref();
  }

  return {
    name: 'pruner',
    async start() {
      schedule();
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
