import { type Bits, clearBit, hasBit, setBit } from './bits.ts';

/**
 * For each list number a set of slots. Short sets are sorted numbers in blocks of one shared array, long ones a bit per
 * slot, as Roaring bitmaps do it (Chambi, Lemire et al., 2016): whichever takes less memory.
 */
export class PostingLists {
  #pool = new Uint32Array(1 << 12);
  #poolEnd = 0;
  /** By the exponent of the size: where blocks start that nobody uses. */
  readonly #unused: number[][] = Array.from({ length: 32 }, () => []);
  readonly #unusedLists: number[] = [];
  /** By list: number of slots, start of the block, exponent of its size; bits instead of a block where there are many. */
  readonly #counts: number[] = [];
  readonly #blocks: number[] = [];
  readonly #exponents: number[] = [];
  readonly #dense: (Bits | undefined)[] = [];

  create(): number {
    const list = this.#unusedLists.pop() ?? this.#counts.length;
    this.#counts[list] = 0;
    this.#exponents[list] = 0;
    this.#blocks[list] = this.#takeBlock(0);
    this.#dense[list] = undefined;
    return list;
  }

  /** Only of an empty list. */
  destroy(list: number): void {
    if (this.#dense[list] === undefined) this.#giveBlock(list);
    this.#dense[list] = undefined;
    this.#unusedLists.push(list);
  }

  count(list: number): number {
    return this.#counts[list] ?? 0;
  }

  /** @param capacity how many slots there may be: decides which form takes less memory */
  add(list: number, slot: number, capacity: number): void {
    const dense = this.#dense[list];
    if (dense === undefined) this.#insert(list, slot, capacity);
    else this.#mark(list, { bits: dense, slot, capacity });
  }

  remove(list: number, slot: number): void {
    const dense = this.#dense[list];
    if (dense !== undefined) {
      if (!hasBit(dense, slot)) return;
      clearBit(dense, slot);
      this.#counts[list] = this.count(list) - 1;
      return;
    }
    const [start, count] = [this.#start(list), this.count(list)];
    const at = this.#find(list, slot);
    if (at === start + count || this.#pool[at] !== slot) return;
    this.#pool.copyWithin(at, at + 1, start + count);
    this.#counts[list] = count - 1;
  }

  /** The slots of the list join `bits`. */
  uniteInto(list: number, bits: Bits): void {
    const dense = this.#dense[list];
    if (dense !== undefined) {
      for (let word = 0; word < dense.length; word += 1) bits[word] = (bits[word] ?? 0) | (dense[word] ?? 0);
      return;
    }
    const end = this.#start(list) + this.count(list);
    for (let at = this.#start(list); at < end; at += 1) setBit(bits, this.#pool[at] ?? 0);
  }

  #insert(list: number, slot: number, capacity: number): void {
    const count = this.count(list);
    const at = this.#find(list, slot);
    if (at < this.#start(list) + count && this.#pool[at] === slot) return;
    if (count >= 64 && count > capacity >>> 5) {
      this.#toBits(list, capacity);
      this.add(list, slot, capacity);
      return;
    }
    const offset = at - this.#start(list);
    if (count === 1 << (this.#exponents[list] ?? 0)) this.#grow(list);
    const start = this.#start(list);
    this.#pool.copyWithin(start + offset + 1, start + offset, start + count);
    this.#pool[start + offset] = slot;
    this.#counts[list] = count + 1;
  }

  #mark(list: number, { bits, slot, capacity }: { bits: Bits; slot: number; capacity: number }): void {
    let target = bits;
    if (slot >>> 5 >= bits.length) {
      target = new Uint32Array((capacity + 31) >>> 5);
      target.set(bits);
      this.#dense[list] = target;
    }
    if (hasBit(target, slot)) return;
    setBit(target, slot);
    this.#counts[list] = this.count(list) + 1;
  }

  #toBits(list: number, capacity: number): void {
    const bits = new Uint32Array((capacity + 31) >>> 5);
    this.uniteInto(list, bits);
    this.#giveBlock(list);
    this.#dense[list] = bits;
  }

  /** Where in the pool the slot is, or would be. */
  #find(list: number, slot: number): number {
    let low = this.#start(list);
    let high = low + this.count(list);
    // Building goes upwards.
    if (high > low && (this.#pool[high - 1] ?? 0) < slot) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#pool[middle] ?? 0) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #start(list: number): number {
    return this.#blocks[list] ?? 0;
  }

  #grow(list: number): void {
    const [from, exponent] = [this.#start(list), this.#exponents[list] ?? 0];
    const to = this.#takeBlock(exponent + 1);
    this.#pool.copyWithin(to, from, from + this.count(list));
    this.#giveBlock(list);
    this.#blocks[list] = to;
    this.#exponents[list] = exponent + 1;
  }

  #takeBlock(exponent: number): number {
    const reused = this.#unused[exponent]?.pop();
    if (reused !== undefined) return reused;
    const start = this.#poolEnd;
    this.#poolEnd += 1 << exponent;
    if (this.#poolEnd > this.#pool.length) {
      const larger = new Uint32Array(Math.max(this.#poolEnd, Math.ceil(this.#pool.length * 1.5)));
      larger.set(this.#pool);
      this.#pool = larger;
    }
    return start;
  }

  #giveBlock(list: number): void {
    this.#unused[this.#exponents[list] ?? 0]?.push(this.#start(list));
  }
}
