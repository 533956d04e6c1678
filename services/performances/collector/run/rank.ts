import { addDays } from '../../domain/seoul.ts';
import type { Genre } from '../../schemas/common.ts';
import { isId } from '../source/kopis.ts';
import { holdLease } from '../store/lease.ts';
import { type Chart, type Place, pruneCharts, putChart } from '../store/rankings.ts';
import { noteRejects } from '../store/rejects.ts';
import type { CollectorParts } from './collector-parts.ts';
import type { Outcome } from './progress.ts';

/** `catecode` of KOPIS. */
const genreCodes: readonly (readonly [Genre | '', string | undefined])[] = [
  ['', undefined],
  ['play', 'AAAA'],
  ['musical', 'GGGA'],
  ['concert', 'CCCD'],
  ['classical', 'CCCA'],
  ['traditional', 'CCCC'],
  ['dance', 'BBBC'],
  ['circus', 'EEEB'],
  ['mixed', 'EEEA'],
];
const periods = ['day', 'week', 'month'] as const;
const keptDays = 100;

export interface RankContext {
  readonly runId: string;
  /** ISO date in Asia/Seoul. The charts are of the day before. */
  readonly today: string;
  readonly signal: AbortSignal;
  readonly done: (outcome: Outcome) => void;
}

/** Reads the box office of yesterday, and of the week and the month that end with it, of all genres and of each. */
export async function rank(parts: CollectorParts, { runId, today, signal, done }: RankContext): Promise<void> {
  const date = addDays(today, -1);
  for (const period of periods) {
    for (const [genre, genreCode] of genreCodes) {
      const ranks = await parts.kopis.boxOffice({ period, date, genreCode }, signal);
      const places = ranks.flatMap(({ place, sourceId }): Place[] =>
        isId(sourceId) && /^\d{1,4}$/u.test(place) && Number(place) > 0 ? [{ place: Number(place), sourceId }] : [],
      );
      const unique = [...new Map(places.map((one) => [one.place, one])).values()].toSorted((a, b) => a.place - b.place);
      const chart: Chart = { period, date, genre };
      const changed = await parts.db.transaction(async (trx) => {
        await holdLease(trx, runId);
        const bad = ranks.find(({ place, sourceId }) => !isId(sourceId) || !/^[1-9]\d{0,3}$/u.test(place));
        if (bad) {
          const key = { kind: 'ranking', sourceId: `${period}-${genre || 'all'}` } as const;
          const value = `${bad.place} ${bad.sourceId}`;
          const misread = [{ field: 'rnum', value, reason: 'not a place in a chart', blocking: false }];
          await noteRejects(trx, key, { runId, misread });
        }
        return await putChart(trx, chart, unique);
      });
      done(changed ? 'updated' : 'unchanged');
    }
  }
  await pruneCharts(parts.db.kysely, addDays(today, -keptDays));
}
