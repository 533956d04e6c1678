import { SourceFailure } from '../source/source.ts';
import type { RecordResult } from './read-record.ts';

/** Records between two entries in the ledger. */
const chunk = 20;
const atOnce = 4;
/** So many records in a row without an answer are no bad records: the source is away. */
const mostUnanswered = 5;

export interface ReadAllOptions {
  /** Ascending. */
  readonly ids: readonly string[];
  /** The last one that is done already. */
  readonly after: string | undefined;
  readonly read: (id: string) => Promise<RecordResult>;
  /** Told after each chunk, with the last id of it. */
  readonly done: (results: readonly RecordResult[], last: string) => Promise<void>;
}

/**
 * Reads records a few at a time, in order, so that a run can go on after the last chunk.
 * @throws SourceFailure when the source is away
 */
export async function readAll({ ids, after, read, done }: ReadAllOptions): Promise<void> {
  const left = after === undefined ? ids : ids.filter((id) => id > after);
  let unanswered = 0;
  for (let from = 0; from < left.length; from += chunk) {
    const some = left.slice(from, from + chunk);
    const results = await inParallel(some, async (id) => {
      const result = await read(id);
      unanswered = result.unanswered ? unanswered + 1 : 0;
      if (unanswered >= mostUnanswered) throw new SourceFailure(`${unanswered} records in a row without an answer`);
      return result;
    });
    await done(results, some.at(-1) ?? '');
  }
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.values();
  let failed = false;
  const worker = async () => {
    for (const item of queue) {
      if (failed) return;
      results.push(await work(item));
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, () =>
    worker().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  // All come to an end before anybody hears of a failure, so that nothing goes on behind a run that ended.
  const ends = await Promise.allSettled(workers);
  const bad = ends.find((end) => end.status === 'rejected');
  if (bad) throw bad.reason;
  return results;
}
