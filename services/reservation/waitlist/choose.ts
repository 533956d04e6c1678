import { bestAvailable, type Layout } from '../domain/best-available/index.ts';
import { purposes } from '../domain/best-available/layout.ts';

/** Somebody else may be served first so often, with seats that one waits for but that are too few. */
export const mostPasses = 5;
/** So long are seats then kept until there are enough, in milliseconds. */
export const savingMs = 3_600_000;

export interface WaitingEntry {
  readonly id: string;
  /** Index of the grade; undefined for any one of them. */
  readonly grade: number | undefined;
  readonly quantity: number;
  /** Offers that were made to others, behind this one, of seats that it waits for too. */
  readonly passes: number;
  /** Since when seats are kept for it. */
  readonly savingSince: Date | null;
}

export interface ChooseRequest {
  /** In the order in which they came. */
  readonly entries: readonly WaitingEntry[];
  readonly layout: Layout;
  /** How many grades there are. */
  readonly grades: number;
  /** What can be offered: bit `unit & 31` of word `unit >>> 5`. */
  readonly free: Uint32Array;
  /** Those of the free units that nobody can hold, and that can therefore be kept. */
  readonly returned: ReadonlySet<number>;
  readonly now: Date;
}

export interface ChosenOffer {
  readonly entry: WaitingEntry;
  /** Of one grade, ascending. */
  readonly units: readonly number[];
  /** Entries before it that wait for such seats and for more of them. */
  readonly overtook: readonly string[];
}

export interface Chosen {
  readonly offers: readonly ChosenOffer[];
  /** Returned units that are kept for somebody who needs more than there are. */
  readonly saved: ReadonlySet<number>;
  /** For whom seats are kept from now on, and for whom no longer. */
  readonly begun: readonly string[];
  readonly ended: readonly string[];
}

/**
 * Who is offered what. Those who wait are gone through in order, and each for whom there are enough seats of one grade is
 * offered the best of them, side by side where that can be had.
 *
 * Who wants more than there is does not stop the others, so that a group never blocks a queue: it is passed over. But not
 * for ever: after {@link mostPasses} such offers to others, returned seats that it waits for are kept until there are
 * enough, for {@link savingMs} at most; then they go to others, and its passes are counted anew.
 */
export function chooseOffers({ entries, layout, grades, free, returned, now }: ChooseRequest): Chosen {
  const stock = new Stock({ layout, grades, free });
  const offers: ChosenOffer[] = [];
  const saved = new Set<number>();
  const [begun, ended, passed]: [string[], string[], WaitingEntry[]] = [[], [], []];
  for (const entry of entries) {
    const found = stock.best(entry);
    if (found) {
      stock.take(found.units);
      const overtook = passed.filter(({ grade }) => grade === undefined || grade === found.grade);
      offers.push({ entry, units: found.units.toSorted((a, b) => a - b), overtook: overtook.map(({ id }) => id) });
      continue;
    }
    const { savingSince } = entry;
    const isOver = savingSince !== null && now.getTime() - savingSince.getTime() >= savingMs;
    if (isOver) ended.push(entry.id);
    if (isOver || entry.passes < mostPasses) {
      passed.push(entry);
      continue;
    }
    const kept = [...returned].filter((unit) => stock.suits(entry, unit));
    stock.take(kept);
    for (const unit of kept) saved.add(unit);
    if (kept.length > 0 && savingSince === null) begun.push(entry.id);
  }
  return { offers, saved, begun, ended };
}

type Wanted = Pick<WaitingEntry, 'grade' | 'quantity'>;

/** What is left to be offered. */
export class Stock {
  readonly #layout: Layout;
  readonly #free: Uint32Array;
  /** Open units of each grade. */
  readonly #counts: number[];

  constructor({ layout, grades, free }: Pick<ChooseRequest, 'layout' | 'grades' | 'free'>) {
    this.#layout = layout;
    this.#free = free.slice();
    this.#counts = Array.from({ length: grades }, () => 0);
    for (let unit = 0; unit < layout.gradeOf.length; unit += 1) if (this.#isOpen(unit)) this.#count(unit, 1);
  }

  /** The best set of one grade; of any grade the first one that has them side by side, else the first that has them. */
  best({ grade, quantity }: Wanted): { readonly grade: number; readonly units: readonly number[] } | undefined {
    const those = grade === undefined ? [...this.#counts.keys()] : [grade];
    const sets = those.flatMap((each) => {
      if ((this.#counts[each] ?? 0) < quantity) return [];
      const [best] = bestAvailable({ layout: this.#layout, free: this.#free, quantity, grade: each, k: 1 });
      return best ? [{ grade: each, units: best.units, fit: best.fit }] : [];
    });
    return sets.find(({ fit }) => fit === 'together') ?? sets[0];
  }

  suits({ grade }: Wanted, unit: number): boolean {
    return this.#isOpen(unit) && (grade === undefined || this.#layout.gradeOf[unit] === grade);
  }

  take(units: readonly number[]): void {
    for (const unit of units) {
      this.#count(unit, -1);
      this.#free[unit >>> 5] = (this.#free[unit >>> 5] ?? 0) & ~(1 << (unit & 31));
    }
  }

  /** Places for wheelchair users are offered to nobody: who wants one is not known. */
  #isOpen(unit: number): boolean {
    const isFree = (((this.#free[unit >>> 5] ?? 0) >>> (unit & 31)) & 1) === 1;
    return isFree && (this.#layout.gradeOf[unit] ?? -1) >= 0 && this.#layout.purposeOf[unit] === purposes.ordinary;
  }

  #count(unit: number, by: number): void {
    const grade = this.#layout.gradeOf[unit] ?? -1;
    this.#counts[grade] = (this.#counts[grade] ?? 0) + by;
  }
}
