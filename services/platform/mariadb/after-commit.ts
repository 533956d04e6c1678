import type { Executor } from './executor.ts';

const pending = new WeakMap<Executor, (() => void)[]>();

/**
 * Runs the function once the transaction is committed, and not at all when it is rolled back. For hints such as waking
 * a worker: what must happen belongs into the transaction, since the process may die between the two.
 * The transaction must be one of `Database.transaction`; with any other the function never runs.
 */
export function afterCommit(trx: Executor, run: () => void): void {
  pending.get(trx)?.push(run);
}

/** Lets {@link afterCommit} know the transaction. Returns the list of what to call when it is committed. */
export function collectAfterCommit(trx: Executor): readonly (() => void)[] {
  const runs: (() => void)[] = [];
  pending.set(trx, runs);
  return runs;
}
