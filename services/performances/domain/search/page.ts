import { compareKeys, type SortKey } from './sort-keys.ts';

/** The first `limit` of what is offered, in order: a heap whose root is the last of them. */
export class Page {
  readonly #limit: number;
  readonly #idOf: (slot: number) => string;
  readonly #after: SortKey | undefined;
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
    this.#first = new Float64Array(limit);
    this.#second = new Float64Array(limit);
    this.#slots = new Int32Array(limit);
  }

  /** Whether there was more than fits. */
  get hasMore(): boolean {
    return this.#offered > this.#size;
  }

  offer(slot: number, first: number, second: number): void {
    if (this.#after !== undefined && !this.#isAfter(this.#after, { slot, first, second })) return;
    this.#offered += 1;
    if (this.#size < this.#limit) {
      this.#set(this.#size, { slot, first, second });
      this.#size += 1;
      this.#raise(this.#size - 1);
    } else if (this.#limit > 0 && this.#isBefore({ slot, first, second }, this.#at(0))) {
      this.#set(0, { slot, first, second });
      this.#sink();
    }
  }

  /** In order. */
  items(): { slot: number; key: SortKey }[] {
    return Array.from({ length: this.#size }, (_, at) => {
      const { slot, first, second } = this.#at(at);
      return { slot, key: { first, second, id: this.#idOf(slot) } };
    }).toSorted((a, b) => compareKeys(a.key, b.key));
  }

  #isAfter(key: SortKey, { slot, first, second }: Row): boolean {
    if (first !== key.first) return first > key.first;
    if (second !== key.second) return second > key.second;
    return this.#idOf(slot) > key.id;
  }

  #isBefore(a: Row, b: Row): boolean {
    if (a.first !== b.first) return a.first < b.first;
    if (a.second !== b.second) return a.second < b.second;
    return this.#idOf(a.slot) < this.#idOf(b.slot);
  }

  #raise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(this.#at(parent), this.#at(at))) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      let last = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#size && this.#isBefore(this.#at(last), this.#at(child))) last = child;
      }
      if (last === at) return;
      this.#swap(last, at);
      at = last;
    }
  }

  #swap(a: number, b: number): void {
    const kept = this.#at(a);
    this.#set(a, this.#at(b));
    this.#set(b, kept);
  }

  #at(at: number): Row {
    return { slot: this.#slots[at] ?? 0, first: this.#first[at] ?? 0, second: this.#second[at] ?? 0 };
  }

  #set(at: number, { slot, first, second }: Row): void {
    this.#slots[at] = slot;
    this.#first[at] = first;
    this.#second[at] = second;
  }
}

interface Row {
  readonly slot: number;
  readonly first: number;
  readonly second: number;
}
