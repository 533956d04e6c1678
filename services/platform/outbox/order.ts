import { sql } from 'kysely';
import type { Executor } from '../mariadb/index.ts';

interface Ordered {
  readonly id: number;
  readonly subject: string | null;
}

/**
 * Of the rows that a relay has locked, those that may be published now, oldest first. A row must wait when an earlier
 * one of its subject is not in this batch: another relay has it, or it is put off after a failure.
 */
export async function inOrder<Row extends Ordered>(trx: Executor, locked: readonly Row[]): Promise<readonly Row[]> {
  const ids = new Set(locked.map(({ id }) => id));
  const subjects = new Set(locked.flatMap(({ subject }) => subject ?? []));
  const blockedFrom = subjects.size === 0 ? new Map<string, number>() : await firstElsewhere(trx, subjects, ids);
  const free = locked
    .filter(({ id, subject }) => subject === null || id < (blockedFrom.get(subject) ?? Infinity))
    .toSorted((a, b) => a.id - b.id);
  if (free.length === 0) await stepAside(trx, ids);
  return free;
}

/** For each subject the first of its rows that is not among these ids, if any. */
async function firstElsewhere(trx: Executor, subjects: ReadonlySet<string>, ids: ReadonlySet<number>) {
  // A plain read: it sees rows that others have locked or leased, which is what matters. Rows after all of ours do not.
  const { rows } = await sql<{ subject: string; first: number }>`
    SELECT subject, MIN(id) AS first FROM outbox
    WHERE subject IN (${sql.join([...subjects])}) AND id < ${Math.max(...ids)} AND id NOT IN (${sql.join([...ids])})
    GROUP BY subject`.execute(trx);
  return new Map(rows.map(({ subject, first }) => [subject, first]));
}

/** Rows that all have to wait would keep those behind them from being claimed: let those go first. */
async function stepAside(trx: Executor, ids: ReadonlySet<number>) {
  await sql`
    UPDATE outbox SET due_at = NOW(3) + INTERVAL 100000 MICROSECOND WHERE id IN (${sql.join([...ids])})`.execute(trx);
}
