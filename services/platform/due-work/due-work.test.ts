import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createLogger } from '../log/index.ts';
import { afterCommit } from '../mariadb/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { type OpenTestDatabase, openTestDatabase, waitFor } from '../testing/index.ts';
import { claimDue, dueRows, overdueSeconds } from './claim.ts';
import { addDueColumns, type DueColumns, type DueWorkOptions } from './index.ts';
import { DueWorker } from './worker.ts';

interface Job extends DueColumns {
  id: number;
  state: string;
}
type Options = DueWorkOptions<{ jobs: Job }, Job>;
type Claiming = ConstructorParameters<typeof DueWorker<{ jobs: Job }, Job>>[1];

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });
let db: OpenTestDatabase<{ jobs: Job }>;
let workers: DueWorker<{ jobs: Job }, Job>[] = [];

beforeAll(async () => {
  db = await openTestDatabase<{ jobs: Job }>('duework', { poolSize: 20 });
  await sql`CREATE TABLE jobs (id INT AUTO_INCREMENT PRIMARY KEY, state VARCHAR(20) NOT NULL DEFAULT 'new')`.execute(
    db.kysely,
  );
  await addDueColumns(db.kysely, 'jobs');
  await addDueColumns(db.kysely, 'jobs');
});

beforeEach(() => sql`DELETE FROM jobs`.execute(db.kysely));

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
});

afterAll(() => db[Symbol.asyncDispose]());

async function start(handle: Options['handle'], options: Partial<Options> = {}, claim?: Claiming) {
  const worker = new DueWorker<{ jobs: Job }, Job>(
    { db, table: 'jobs', name: 'jobs', log, handle, pollMs: 50, ...options },
    claim,
  );
  workers.push(worker);
  await worker.start();
  return worker;
}

const fill = (rows: number) =>
  sql`INSERT INTO jobs (due_at) SELECT NOW(3) - INTERVAL seq SECOND FROM seq_1_to_100000 LIMIT ${sql.lit(rows)}`.execute(
    db.kysely,
  );
const jobs = () => db.kysely.selectFrom('jobs').selectAll().orderBy('id').execute();
const allDone = () => waitFor(async () => (await jobs()).every((job) => job.due_at === null), { timeoutMs: 25_000 });
const onlyJob = async () => {
  const [job, ...others] = await jobs();
  if (!job || others.length > 0) throw new Error('there is not exactly one job');
  return job;
};

/** How often each row was handled, with as many workers as a service may have replicas. */
async function handledBy8(rows: number, claim?: Claiming) {
  await fill(rows);
  const handled = new Map<number, number>();
  for (let worker = 0; worker < 8; worker += 1) {
    await start(
      async ({ id }) => {
        handled.set(id, (handled.get(id) ?? 0) + 1);
        return { done: true };
      },
      { concurrency: 50, batch: 50 },
      claim,
    );
  }
  return handled;
}

/** What one would write without thinking of other workers. */
const unguarded: Claiming = async (_, { table, limit }) => {
  const token = randomUUID();
  const { rows } = await sql<never>`
    SELECT * FROM ${sql.table(table)} WHERE due_at <= NOW(3) ORDER BY due_at, id LIMIT ${sql.lit(limit)}`.execute(
    db.kysely,
  );
  return { token, rows, until: performance.now() + 60_000 };
};

it('is behind by the row that has been due longest', async () => {
  expect(await overdueSeconds(db, 'jobs')).toBe(0);
  await sql`INSERT INTO jobs (due_at) VALUES (NULL), (NOW(3) + INTERVAL 1 HOUR)`.execute(db.kysely);
  expect(await overdueSeconds(db, 'jobs')).toBe(0);
  await fill(100);
  expect(await overdueSeconds(db, 'jobs')).toBeGreaterThanOrEqual(100);
});

describe('eight workers on one table', () => {
  it('handle each of thousands of rows exactly once', async () => {
    const handled = await handledBy8(4_000);
    await allDone();
    expect(handled.size).toBe(4_000);
    expect([...handled.values()].filter((times) => times !== 1)).toEqual([]);
  });

  it('would handle rows twice without SKIP LOCKED in one transaction with the lease', async () => {
    const handled = await handledBy8(1_000, unguarded);
    await waitFor(() => [...handled.values()].some((times) => times > 1));
  });
});

describe('the claim', () => {
  it('walks the key in its order, without sorting', async () => {
    await fill(2_000);
    const { rows } = await sql<{ key: string; Extra: string }>`EXPLAIN ${dueRows('jobs', 100)}`.execute(db.kysely);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ key: 'due' });
    expect(rows[0]?.Extra ?? '').not.toMatch(/filesort|temporary/i);
  });

  it('gives two workers different rows at the same time', async () => {
    await fill(20);
    const options = { table: 'jobs', limit: 10, leaseSeconds: 60 };
    const [one, two] = await Promise.all([claimDue<Job>(db, options), claimDue<Job>(db, options)]);
    const ids = [...one.rows, ...two.rows].map(({ id }) => id);
    expect(new Set(ids).size).toBe(20);
  });

  it('takes what has been due longest first', async () => {
    await fill(10);
    const { rows } = await claimDue<Job>(db, { table: 'jobs', limit: 3, leaseSeconds: 60 });
    const longest = (await jobs()).map(({ id }) => id).toReversed();
    expect(rows.map(({ id }) => id)).toEqual(longest.slice(0, 3));
  });
});

describe('an outcome', () => {
  it('makes the row due again after the seconds it says, by the clock of the database', async () => {
    await fill(1);
    await start(async () => ({ retryInSeconds: 3_600 }));
    await waitFor(async () => (await onlyJob()).attempts === 1);
    const { rows } = await sql<{ seconds: number }>`
      SELECT TIMESTAMPDIFF(SECOND, NOW(3), due_at) AS seconds FROM jobs`.execute(db.kysely);
    expect(rows[0]?.seconds).toBeGreaterThan(3_500);
    expect(rows[0]?.seconds).toBeLessThanOrEqual(3_600);
    expect((await onlyJob()).lease_token).toBeNull();
  });

  it('writes what belongs to it in the same transaction', async () => {
    await fill(1);
    await start(async ({ id }) => ({
      done: true,
      write: async (trx) => {
        await trx.updateTable('jobs').set({ state: 'sent' }).where('id', '=', id).execute();
      },
    }));
    await allDone();
    expect(await onlyJob()).toMatchObject({ state: 'sent', attempts: 1, lease_token: null });
  });

  it('is retried, with a growing pause, when the handler throws', async () => {
    await fill(1);
    const seen: number[] = [];
    await start(
      async ({ attempts }) => {
        seen.push(attempts);
        if (attempts < 3) throw new Error('not yet');
        return { done: true };
      },
      { retryAfterFailure: (attempts) => attempts / 100 },
    );
    await allDone();
    expect(seen).toEqual([0, 1, 2, 3]);
    expect((await onlyJob()).attempts).toBe(4);
  });

  it('is retried when what it writes fails, and leaves nothing of it', async () => {
    await fill(1);
    await start(
      async ({ id, attempts }) => ({
        done: true,
        write: async (trx) => {
          await trx
            .updateTable('jobs')
            .set({ state: `attempt ${attempts}` })
            .where('id', '=', id)
            .execute();
          if (attempts === 0) throw new Error('no');
        },
      }),
      { retryAfterFailure: () => 0.01 },
    );
    await allDone();
    expect(await onlyJob()).toMatchObject({ state: 'attempt 1', attempts: 2 });
  });

  it('of a worker whose lease ran out changes nothing', async () => {
    await fill(1);
    const slow = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const written: string[] = [];
    const finishing = (name: string) => async () => void written.push(name);
    await start(
      async (_, { signal }) => {
        signal.addEventListener('abort', () => aborted.resolve());
        await slow.promise;
        return { done: true, write: finishing('late') };
      },
      { leaseSeconds: 0.2 },
    );
    await waitFor(async () => (await onlyJob()).lease_token);
    await aborted.promise;
    const second = await start(async () => ({ done: true, write: finishing('in time') }), { name: 'second' });
    await allDone();
    slow.resolve();
    await Promise.all([...workers].map((worker) => worker.stop()));
    expect(second.name).toBe('due work second');
    expect(written).toEqual(['in time']);
    expect((await onlyJob()).attempts).toBe(1);
  });
});

it('does not count an attempt that ended with the death of its worker', async () => {
  await fill(1);
  // What a worker leaves behind that was killed after its claim.
  const { rows } = await claimDue<Job>(db, { table: 'jobs', limit: 1, leaseSeconds: 0.3 });
  expect(rows).toHaveLength(1);
  let attempts: number | undefined;
  await start(async (job) => {
    ({ attempts } = job);
    return { done: true };
  });
  await allDone();
  expect(attempts).toBe(0);
});

it('leaves rows alone that are not due yet, and takes them when they are', async () => {
  await sql`INSERT INTO jobs (due_at, state) VALUES (NOW(3) + INTERVAL 300000 MICROSECOND, 'soon'), (NULL, 'never')`.execute(
    db.kysely,
  );
  const dueAt = (await jobs())[0]?.due_at;
  const early = new Set<boolean>();
  await start(
    async ({ id }) => {
      const { rows } = await sql<{ early: number }>`
        SELECT NOW(3) < ${dueAt} AS early FROM jobs WHERE id = ${id}`.execute(db.kysely);
      early.add(rows[0]?.early === 1);
      return { done: true };
    },
    // It looks when the row is due, not when this has passed.
    { pollMs: 600_000 },
  );
  await allDone();
  expect([...early]).toEqual([false]);
  expect((await jobs()).map(({ attempts }) => attempts)).toEqual([1, 0]);
});

it('looks at once when it is woken after a commit', async () => {
  const worker = await start(async () => ({ done: true }), { pollMs: 600_000 });
  await db.transaction(async (trx) => {
    await sql`INSERT INTO jobs (due_at) VALUES (NOW(3))`.execute(trx);
    afterCommit(trx, () => worker.wake());
  });
  await allDone();
  expect((await onlyJob()).attempts).toBe(1);
});

it('finishes what it has when it is stopped, and claims no more', async () => {
  await fill(30);
  const go = Promise.withResolvers<void>();
  let begun = 0;
  const worker = await start(
    async () => {
      begun += 1;
      await go.promise;
      return { done: true };
    },
    { concurrency: 10 },
  );
  await waitFor(() => begun === 10);
  const stopped = worker.stop();
  go.resolve();
  await stopped;
  const after = await jobs();
  expect(after.filter(({ due_at }) => due_at === null)).toHaveLength(10);
  expect(after.filter(({ lease_token }) => lease_token !== null)).toHaveLength(0);
  expect(begun).toBe(10);
});

it('counts what became of the rows, for several kinds of work in one process', async () => {
  await fill(3);
  const metrics = createMetrics({ service: 'test', workload: 'test', ofProcess: false });
  await start(async () => ({ done: true }), { metrics });
  await start(async () => ({ done: true }), { metrics, name: 'others', table: 'jobs' });
  await allDone();
  await waitFor(async () => {
    const text = await metrics.registry.metrics();
    const counts = [...text.matchAll(/due_work_handled_total\{.*outcome="done".*\} (\d+)/g)];
    return counts.reduce((sum, [, count]) => sum + Number(count), 0) === 3;
  });
});
