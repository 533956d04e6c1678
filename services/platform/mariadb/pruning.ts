import { sql } from 'kysely';
import type { Component } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import type { AnyDatabase } from './database.ts';
import { isUnavailable } from './errors.ts';

export interface PruningOptions {
  readonly db: AnyDatabase;
  readonly log: Logger;
  readonly table: string;
  /** A DATETIME column that has an index. */
  readonly column: string;
  readonly olderThanSeconds: number;
  /** Rows of one statement, so that no lock is held for long. @default 1000 */
  readonly chunk?: number;
  /** Time between two rounds, give or take a fifth. @default 10 minutes */
  readonly everyMs?: number;
}

/** Deletes rows that are past their time, chunk by chunk, the oldest first. Resolves with how many they were. */
export async function prune(options: PruningOptions, signal?: AbortSignal): Promise<number> {
  const { db, table, column, olderThanSeconds, chunk = 1_000 } = options;
  let total = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      DELETE FROM ${sql.table(table)}
      WHERE ${sql.ref(column)} < NOW(3) - INTERVAL ${olderThanSeconds} SECOND
      ORDER BY ${sql.ref(column)} LIMIT ${sql.lit(chunk)}`.execute(db.kysely);
    total += Number(numAffectedRows);
    if (numAffectedRows < chunk || signal?.aborted) return total;
  }
}

/** Prunes a table from time to time. Replicas that do it at once only share the work. */
export function createPruning(options: PruningOptions): Required<Component> {
  const { log, table, everyMs = 600_000 } = options;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  const once = async () => {
    try {
      const rows = await prune(options, stopping.signal);
      if (rows > 0) log.debug({ table, rows }, 'pruned');
    } catch (error) {
      // That MariaDB is away is said once, by whoever watches it.
      if (!isUnavailable(error)) log.error({ err: error, table }, 'pruning failed');
    }
  };
  const plan = () => {
    if (stopping.signal.aborted) return;
    timer = setTimeout(
      () => {
        round = once().finally(plan);
      },
      everyMs * (0.8 + Math.random() * 0.4),
    );
    timer.unref();
  };

  return {
    name: `pruning of ${table}`,
    start: async () => plan(),
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await round;
    },
  };
}
