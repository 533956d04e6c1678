import { genres, regions, states } from '../../schemas/common.ts';
import { type Columns, monthNumber } from './columns.ts';
import { type Filters, filterBits } from './filters.ts';
import { priceBuckets } from './price-buckets.ts';
import type { Facets } from './types.ts';

/** Months that are counted: a year back, two ahead, so that an open run to 2099 does not fill the page. */
const monthsBack = 12;
const monthsAhead = 24;
const months = monthsBack + 1 + monthsAhead;

/** Counts, for each facet, what passes all filters but the facet's own. */
export class FacetCounter {
  readonly #columns: Columns;
  readonly #filters: Filters;
  readonly #firstMonth: number;
  readonly #genre = new Uint32Array(genres.length);
  readonly #region = new Uint32Array(regions.length);
  readonly #state = new Uint32Array(states.length);
  /** By set of buckets, as the column has it. */
  readonly #price = new Uint32Array(1 << priceBuckets.length);
  /** Differences: a performance adds one where it starts and takes it away after its end. */
  readonly #month = new Int32Array(months + 1);

  constructor({ columns, filters, today }: { columns: Columns; filters: Filters; today: string }) {
    this.#columns = columns;
    this.#filters = filters;
    this.#firstMonth = monthNumber(today) - monthsBack;
  }

  /** @param failed what the filters said of the slot: at most one bit */
  count(slot: number, failed: number): void {
    const { genre, region, priceBuckets: buckets } = this.#columns;
    if ((failed | filterBits.genre) === filterBits.genre) increment(this.#genre, genre[slot] ?? 0);
    if ((failed | filterBits.region) === filterBits.region) increment(this.#region, region[slot] ?? 0);
    if ((failed | filterBits.state) === filterBits.state) increment(this.#state, this.#filters.state(slot));
    if ((failed | filterBits.price) === filterBits.price) increment(this.#price, buckets[slot] ?? 0);
    if ((failed | filterBits.month) === filterBits.month) this.#countMonths(slot);
  }

  facets(): Facets {
    return {
      genre: byCount(named(genres, this.#genre)),
      region: byCount(named(regions, this.#region)),
      state: named(states, this.#state),
      month: this.#monthFacet(),
      price: named(
        priceBuckets,
        priceBuckets.map((_, at) =>
          this.#price.reduce((sum, count, buckets) => ((buckets & (1 << at)) === 0 ? sum : sum + count), 0),
        ),
      ),
    };
  }

  #countMonths(slot: number): void {
    const from = Math.max((this.#columns.startMonth[slot] ?? 0) - this.#firstMonth, 0);
    const to = Math.min((this.#columns.endMonth[slot] ?? 0) - this.#firstMonth, months - 1);
    if (from > to) return;
    this.#month[from] = (this.#month[from] ?? 0) + 1;
    this.#month[to + 1] = (this.#month[to + 1] ?? 0) - 1;
  }

  #monthFacet(): Facets['month'] {
    const counts: number[] = [];
    const names: string[] = [];
    let playing = 0;
    for (let at = 0; at < months; at += 1) {
      playing += this.#month[at] ?? 0;
      counts.push(playing);
      names.push(monthName(this.#firstMonth + at));
    }
    return named(names, counts);
  }
}

/** Those with as many in the order in which they are declared. */
function byCount(facet: Facets['genre']): Facets['genre'] {
  return facet.toSorted((a, b) => b.count - a.count);
}

function increment(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

function named(names: readonly string[], counts: ArrayLike<number>): Facets['genre'] {
  return names.map((value, at) => ({ value, count: counts[at] ?? 0 })).filter(({ count }) => count > 0);
}

/** `2026-12` */
function monthName(month: number): string {
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
}
