import { createDueWork, type DueRow, Loop, type Outcome } from '@ticketaka/platform/due-work';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Metrics } from '@ticketaka/platform/metrics';
import { sql } from 'kysely';
import { dayInSeoul, startOfDayInSeoul } from '../domain/seoul.ts';
import type { Schema } from '../store/schema.ts';
import type { CollectorParts } from './run/collector-parts.ts';
import { readRecord } from './run/read-record.ts';
import { Runner } from './run/runner.ts';
import { secondsUntilDaily } from './run/schedule-of-runs.ts';
import { holidayDates } from './store/holidays.ts';
import { findReject } from './store/rejects.ts';
import { enterRun, unfinishedSince } from './store/runs.ts';

interface Job extends DueRow {
  readonly kind: 'daily' | 'run' | 'retry';
  readonly run_id: string | null;
  readonly reject_id: string | null;
}

const busySeconds = 5;
const recoveryMs = 5000;

/** Runs that are due, daily or on request, single records that are to be read again, and runs that died. */
export function createCollector(parts: CollectorParts & { readonly metrics: Metrics }): readonly Component[] {
  const { db, log, metrics, now } = parts;
  const runner = new Runner(parts, metrics);
  const recovery = new Loop({
    name: 'recovery of runs',
    log,
    async round() {
      await runner.recover();
      return recoveryMs;
    },
  });
  const jobs = createDueWork<Schema, Job>({
    db,
    table: 'collector_jobs',
    name: 'collector-jobs',
    concurrency: 4,
    leaseSeconds: 120,
    log,
    metrics,
    handle: (job, { signal }) => handle(job, signal),
  });
  return [
    {
      name: 'collector runs',
      async start() {
        await planDaily();
        recovery.start();
      },
      async stop() {
        await recovery.stop();
        await runner.stop();
      },
    },
    jobs,
  ];

  /** There is one daily job; the first run ever is at once, since a catalogue without it is empty. */
  async function planDaily() {
    const ran = await db.kysely.selectFrom('collector_runs').select('id').limit(1).executeTakeFirst();
    const seconds = ran ? secondsUntilDaily(now()) : 0;
    await db.kysely
      .insertInto('collector_jobs')
      .ignore()
      .values({ kind: 'daily', due_at: sql<Date>`NOW(3) + INTERVAL ${seconds} SECOND` })
      .execute();
  }

  async function handle(job: Job, signal: AbortSignal): Promise<Outcome<Schema>> {
    if (job.kind === 'daily') {
      return {
        retryInSeconds: secondsUntilDaily(now()),
        write: async (trx) => {
          await enterRun(trx);
        },
      };
    }
    if (job.kind === 'retry') {
      if (job.reject_id !== null) await retry(job.reject_id, signal);
      return { done: true };
    }
    if (job.run_id !== null) {
      const begun = await runner.begin(job.run_id);
      return begun === 'busy' ? { retryInSeconds: busySeconds } : { done: true };
    }
    // After a run that failed: what was left of it.
    const from = await unfinishedSince(db.kysely, startOfDayInSeoul(dayInSeoul(now())));
    if (!from) return { done: true };
    return {
      done: true,
      write: async (trx) => {
        await enterRun(trx, from);
      },
    };
  }

  async function retry(rejectId: string, signal: AbortSignal) {
    const reject = await findReject(db.kysely, rejectId);
    // A chart is read as a whole, by every run.
    if (!reject || reject.kind === 'ranking') return;
    const { kind, sourceId, runId } = reject;
    const calendar = { today: dayInSeoul(now()), holidays: await holidayDates(db.kysely) };
    const { outcome } = await readRecord(parts, { kind, sourceId }, { runId, inRun: false, calendar, signal });
    log.info({ reject: rejectId, sourceId, outcome }, 'record read again');
  }
}
