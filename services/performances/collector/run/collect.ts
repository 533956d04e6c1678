import { addDays, dayInSeoul } from '../../domain/seoul.ts';
import { aheadDays } from '../parse/dated-sessions.ts';
import { holidayDates, putHolidays } from '../store/holidays.ts';
import { holdLease } from '../store/lease.ts';
import { openPerformances } from '../store/performances.ts';
import type { CollectorParts } from './collector-parts.ts';
import { isOfSource } from './of-source.ts';
import { type Counts, count, type Outcome, type Progress } from './progress.ts';
import { rank } from './rank.ts';
import { readAll } from './read-all.ts';
import { readRecord } from './read-record.ts';

export const steps = ['holidays', 'venues', 'performances', 'vanished', 'rankings'] as const;
type Step = (typeof steps)[number];

const lookBackDays = 31;

export interface CollectOptions {
  readonly runId: string;
  /** Where to go on; undefined to begin. */
  readonly from: Progress | undefined;
  readonly counts: Counts;
  readonly signal: AbortSignal;
  /** Told where the run is, whenever that changes. */
  readonly report: (progress: Progress) => Promise<void>;
}

/**
 * Reads all that KOPIS and the holiday service have for the half year to come, and writes what changed. What is done is
 * done: it can be called again from where it stopped, and does nothing twice.
 * @throws LeaseLost, SourceFailure, SourceRefusal
 */
export async function collect(parts: CollectorParts, options: CollectOptions): Promise<void> {
  const { runId, from, counts, signal, report } = options;
  const today = dayInSeoul(parts.now());
  // What is over is in the charts of the month.
  const range = { from: addDays(today, -lookBackDays), to: addDays(today, aheadDays) };
  let listed: readonly string[] | undefined;
  const list = async () => (listed ??= await parts.kopis.performanceIds(range, signal));

  const work: Readonly<Record<Step, (after: string | undefined) => Promise<void>>> = {
    holidays,
    venues: async (after) => records('venues', { kind: 'venue', ids: await parts.kopis.venueIds(signal), after }),
    performances: async (after) => records('performances', { kind: 'performance', ids: await list(), after }),
    vanished,
    rankings: () => rank(parts, { runId, today, signal, done: (outcome) => count(counts, outcome) }),
  };
  const first = Math.max(
    0,
    steps.findIndex((step) => step === from?.step),
  );
  for (const step of steps.slice(first)) {
    signal.throwIfAborted();
    const after = step === from?.step ? from.position : undefined;
    await report({ step, position: after });
    await work[step](after);
  }

  async function holidays() {
    const year = Number(today.slice(0, 4));
    for (const one of [year, year + 1]) {
      const days = await holidaysOf(one);
      // Known ones do until the service is well again; holidays hardly ever change.
      if (!days) continue;
      const changed = await parts.db.transaction(async (trx) => {
        await holdLease(trx, runId);
        return await putHolidays(trx, one, days);
      });
      count(counts, changed ? 'updated' : 'unchanged');
    }
  }

  async function holidaysOf(year: number) {
    try {
      return await parts.holidays.ofYear(year, signal);
    } catch (error) {
      const known = await holidayDates(parts.db.kysely);
      if (signal.aborted || !isOfSource(error) || ![...known].some((date) => date.startsWith(`${year}`))) throw error;
      parts.log.warn({ err: error, year }, 'no holidays from their service, those known are taken');
      return undefined;
    }
  }

  interface Records {
    readonly kind: 'venue' | 'performance';
    readonly ids: readonly string[];
    readonly after: string | undefined;
    readonly mayBeGone?: boolean;
  }

  async function records(step: Step, { kind, ids, after, mayBeGone = false }: Records) {
    const calendar = { today, holidays: await holidayDates(parts.db.kysely) };
    await readAll({
      ids,
      after,
      read: (sourceId) => readRecord(parts, { kind, sourceId }, { runId, inRun: true, calendar, signal, mayBeGone }),
      async done(results, last) {
        for (const { outcome } of results) count(counts, outcome satisfies Outcome);
        await report({ step, position: last });
      },
    });
  }

  /** What left the lists: only the record itself says whether it was called off. */
  async function vanished(after: string | undefined) {
    const present = new Set(await list());
    const ids = (await openPerformances(parts.db.kysely, today)).filter((id) => !present.has(id));
    await records('vanished', { kind: 'performance', ids, after, mayBeGone: true });
  }
}
