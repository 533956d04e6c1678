import { z } from 'zod';
import { date, genres } from '../schemas/common.ts';

export const periods = ['day', 'week', 'month'] as const;
export type Period = (typeof periods)[number];

/** One list of the box office: the places of one period, of one genre or of all of them. */
export const RankingList = z.object({
  period: z.enum(periods),
  /** The day, or the first day of the week or month. */
  date,
  /** Null for all genres together. */
  genre: z.enum(genres).nullable(),
  places: z.array(z.object({ place: z.int(), performanceId: z.uuid() })),
});
export type RankingList = z.output<typeof RankingList>;

export interface Place {
  readonly place: number;
  readonly performanceId: string;
  /** Places won since the period before; null for one that was not in it. */
  readonly change: number | null;
}

export interface Ranking {
  readonly date: string;
  readonly places: readonly Place[];
}

/** How much a place in a list of this period says about what people look for now. */
const weights: Readonly<Record<Period, number>> = { day: 3, week: 2, month: 1 };
const lowestThatCounts = 100;

/** The newest list of each period and genre, beside the one before it. */
export class Rankings {
  readonly lists: readonly RankingList[];
  readonly #latest = new Map<string, Ranking>();
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #popularity = new Map<string, number>();

  /** @param lists in any order; of each period and genre the two newest count */
  constructor(lists: readonly RankingList[] = []) {
    this.lists = lists;
    for (const [key, same] of Map.groupBy(lists, ({ period, genre }) => keyOf(period, genre ?? undefined))) {
      const [newest, before] = same.toSorted((a, b) => (a.date < b.date ? 1 : -1));
      if (newest) this.#latest.set(key, withChanges(newest, before));
    }
    this.#ranks = new Map(this.find('day')?.places.map(({ performanceId, place }) => [performanceId, place]));
    for (const period of periods) {
      for (const { performanceId, place } of this.find(period)?.places ?? []) {
        const points = weights[period] * Math.max(0, lowestThatCounts + 1 - place);
        this.#popularity.set(performanceId, (this.#popularity.get(performanceId) ?? 0) + points);
      }
    }
  }

  /** Undefined when there is no such list. */
  find(period: Period, genre?: string): Ranking | undefined {
    return this.#latest.get(keyOf(period, genre));
  }

  /** Place in the newest list of a day, of all genres. */
  rankOf(performanceId: string): number | null {
    return this.#ranks.get(performanceId) ?? null;
  }

  /** Higher is more popular; 0 for what is in no list. */
  popularityOf(performanceId: string): number {
    return this.#popularity.get(performanceId) ?? 0;
  }

  /** Performances whose popularity these rankings and those do not agree about. */
  *differing(other: Rankings): Generator<string, void, undefined> {
    for (const id of new Set([...this.#popularity.keys(), ...other.#popularity.keys()])) {
      if (this.popularityOf(id) !== other.popularityOf(id)) yield id;
    }
  }
}

const keyOf = (period: Period, genre: string | undefined) => `${period} ${genre ?? ''}`;

function withChanges({ date: day, places }: RankingList, before: RankingList | undefined): Ranking {
  const then = new Map(before?.places.map(({ performanceId, place }) => [performanceId, place]));
  const changes = places.map(({ place, performanceId }) => {
    const placeThen = then.get(performanceId);
    return { place, performanceId, change: placeThen === undefined ? null : placeThen - place };
  });
  return { date: day, places: changes.toSorted((a, b) => a.place - b.place) };
}
