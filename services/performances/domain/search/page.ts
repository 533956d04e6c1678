import { compareKeys, type SortKey } from './sort-keys.ts';

/** The first `limit` of what is offered, in order: a heap whose root is the last of them. */
export class Page {
  readonly #limit: number;
  readonly #idOf: (slot: number) => string;
  readonly #after: SortKey | undefined;
  // Rows of the heap; the one behind them is what is being offered.
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #slots: Int32Array;
  #size = 0;
  #offered = 0;

  /** @param after the last of the page before: only what comes after it counts */
  constructor({ limit, idOf, after }: { limit: number; idOf: (slot: number) => string; after?: SortKey | undefined }) {
    this.#limit = limit;
    this.#idOf = idOf;
    this.#after = after;
    this.#first = new Float64Array(limit + 1);
    this.#second = new Float64Array(limit + 1);
    this.#slots = new Int32Array(limit + 1);
  }

  /** Whether there was more than fits. */
  get hasMore(): boolean {
    return this.#offered > this.#size;
  }

  offer(slot: number, first: number, second: number): void {
    const row = this.#size;
    this.#first[row] = first;
    this.#second[row] = second;
    this.#slots[row] = slot;
    if (this.#after !== undefined && compareKeys(this.#key(row), this.#after) <= 0) return;
    this.#offered += 1;
    if (row < this.#limit) {
      this.#size += 1;
      this.#raise(row);
    } else if (row > 0 && this.#isBefore(row, 0)) {
      this.#swap(row, 0);
      this.#sink();
    }
  }

  /** In order. */
  items(): { slot: number; key: SortKey }[] {
    return Array.from({ length: this.#size }, (_, row) => ({
      slot: this.#slots[row] ?? 0,
      key: this.#key(row),
    })).toSorted((a, b) => compareKeys(a.key, b.key));
  }

  #key(row: number): SortKey {
    const [first = 0, second = 0] = [this.#first[row], this.#second[row]];
    return { first, second, id: this.#idOf(this.#slots[row] ?? 0) };
  }

  #isBefore(a: number, b: number): boolean {
    const first = (this.#first[a] ?? 0) - (this.#first[b] ?? 0);
    if (first !== 0) return first < 0;
    const second = (this.#second[a] ?? 0) - (this.#second[b] ?? 0);
    if (second !== 0) return second < 0;
    return this.#idOf(this.#slots[a] ?? 0) < this.#idOf(this.#slots[b] ?? 0);
  }

  #raise(from: number): void {
    for (let row = from; row > 0; ) {
      const parent = (row - 1) >> 1;
      if (!this.#isBefore(parent, row)) return;
      this.#swap(parent, row);
      row = parent;
    }
  }

  #sink(): void {
    for (let row = 0; ; ) {
      const [left, right] = [2 * row + 1, 2 * row + 2];
      let last = row;
      if (left < this.#size && this.#isBefore(last, left)) last = left;
      if (right < this.#size && this.#isBefore(last, right)) last = right;
      if (last === row) return;
      this.#swap(last, row);
      row = last;
    }
  }

  #swap(a: number, b: number): void {
    const [first = 0, second = 0, slot = 0] = [this.#first[a], this.#second[a], this.#slots[a]];
    this.#first[a] = this.#first[b] ?? 0;
    this.#second[a] = this.#second[b] ?? 0;
    this.#slots[a] = this.#slots[b] ?? 0;
    this.#first[b] = first;
    this.#second[b] = second;
    this.#slots[b] = slot;
  }
}
