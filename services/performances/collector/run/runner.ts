import { setTimeout as delay } from 'node:timers/promises';
import { isUnavailable } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import { sql } from 'kysely';
import { dayInSeoul, startOfDayInSeoul } from '../../domain/seoul.ts';
import { giveLeaseBack, LeaseLost, leaseSeconds, renewLease, takeLease } from '../store/lease.ts';
import { abandonDead, endRun, enterRun, failuresSince, saveProgress, takeRun } from '../store/runs.ts';
import { collect, steps } from './collect.ts';
import type { CollectorParts } from './collector-parts.ts';
import { noCounts, type Progress } from './progress.ts';

const retryFailedInSeconds = 900;
const mostFailures = 4;

/** Carries out runs, one at a time in the whole world. */
export class Runner {
  readonly #parts: CollectorParts;
  readonly #stopping = new AbortController();
  readonly #runs;
  readonly #records;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: CollectorParts, metrics: Metrics) {
    this.#parts = parts;
    this.#runs = metrics.counter('collector_runs_total', 'Runs that ended, by how', ['state']);
    this.#records = metrics.counter('collector_records_total', 'Records read, by what became of them', ['outcome']);
  }

  /**
   * Takes a run that waits, and goes on with it in the background.
   * @returns `busy` when another run has the lease
   */
  async begin(runId: string): Promise<'begun' | 'busy' | 'not waiting'> {
    const taken = await this.#parts.db.transaction(async (trx) => {
      const run = await takeRun(trx, runId);
      if (!run) return 'not waiting' as const;
      if (!(await takeLease(trx, runId))) return 'busy' as const;
      const from = progressOf(run.from);
      await saveProgress(trx, runId, { progress: from ?? { step: steps[0], position: undefined }, counts: noCounts() });
      return { from };
    });
    if (typeof taken === 'string') return taken;
    this.#running = this.#run(runId, taken.from);
    return 'begun';
  }

  /** Looks for a run that died, and enters one that goes on with it. */
  async recover(): Promise<void> {
    await this.#parts.db.transaction(async (trx) => {
      const dead = await abandonDead(trx);
      if (!dead) return;
      await giveLeaseBack(trx, dead.id);
      const next = await enterRun(trx, dead);
      this.#parts.log.warn({ run: dead.id, next, step: dead.step }, 'a run died, another goes on with it');
    });
  }

  /** Stops the run under way at the next record; another goes on with it when the collector is back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(runId: string, from: Progress | undefined): Promise<void> {
    const { db, log } = this.#parts;
    const counts = noCounts();
    let at: Progress = from ?? { step: steps[0], position: undefined };
    const lost = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, lost.signal]);
    const heart = this.#beat(runId, lost);
    log.info({ run: runId, from: from?.step }, 'run begins');
    try {
      await collect(this.#parts, {
        runId,
        from,
        counts,
        signal,
        report: async (progress) => {
          at = progress;
          await saveProgress(db.kysely, runId, { progress, counts });
        },
      });
      await saveProgress(db.kysely, runId, { progress: { step: 'done', position: undefined }, counts });
      await endRun(db.kysely, runId, { state: 'finished' });
      this.#runs.inc({ state: 'finished' });
      log.info({ run: runId, ...counts }, 'run finished');
    } catch (error) {
      await this.#ended(runId, { error, at }).catch((later: unknown) => {
        // Its lease runs out, and it counts as dead.
        log.error({ err: later, run: runId }, 'the end of a run could not be written');
      });
    } finally {
      for (const [outcome, number] of Object.entries(counts)) this.#records.inc({ outcome }, number);
      heart.stop();
      await giveLeaseBack(db.kysely, runId).catch((error: unknown) => {
        if (!isUnavailable(error)) log.error({ err: error, run: runId }, 'the lease could not be given back');
      });
    }
  }

  async #ended(runId: string, { error, at }: { readonly error: unknown; readonly at: Progress }) {
    const { db, log, now } = this.#parts;
    if (error instanceof LeaseLost) {
      log.warn({ run: runId }, 'the lease was lost, so another goes on');
      return;
    }
    if (this.#stopping.signal.aborted) {
      await db.transaction(async (trx) => {
        await endRun(trx, runId, { state: 'abandoned', error: 'the collector was stopped' });
        await giveLeaseBack(trx, runId);
        await enterRun(trx, at);
      });
      this.#runs.inc({ state: 'abandoned' });
      log.info({ run: runId, step: at.step }, 'run stopped, another goes on with it');
      return;
    }
    log.error({ err: error, run: runId, step: at.step }, 'run failed');
    this.#runs.inc({ state: 'failed' });
    await db.transaction(async (trx) => {
      await endRun(trx, runId, { state: 'failed', error: error instanceof Error ? error.message : String(error) });
      if ((await failuresSince(trx, startOfDayInSeoul(dayInSeoul(now())))) >= mostFailures) return;
      const due_at = sql<Date>`NOW(3) + INTERVAL ${sql.lit(retryFailedInSeconds)} SECOND`;
      await trx.insertInto('collector_jobs').values({ kind: 'run', due_at }).execute();
    });
  }

  #beat(runId: string, lost: AbortController) {
    const { db, log } = this.#parts;
    const stopped = new AbortController();
    const beats = async () => {
      while (!stopped.signal.aborted) {
        await delay((leaseSeconds * 1000) / 3, undefined, { signal: stopped.signal, ref: false });
        try {
          await renewLease(db.kysely, runId);
        } catch (error) {
          if (error instanceof LeaseLost) return lost.abort(error);
          // While MariaDB is away nothing is written either.
          if (!isUnavailable(error)) log.error({ err: error, run: runId }, 'the lease could not be renewed');
        }
      }
    };
    beats().catch((error: unknown) => {
      if (!stopped.signal.aborted) log.error({ err: error, run: runId }, 'the heartbeat of a run ended');
    });
    return { stop: () => stopped.abort() };
  }
}

/** `performances/PF000123` */
function progressOf(text: string | null): Progress | undefined {
  const [step, position] = (text ?? '').split('/');
  return step ? { step, position: position || undefined } : undefined;
}
