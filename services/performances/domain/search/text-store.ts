import { itemEnd } from './gram-index.ts';

/** What a unit belongs to, by the place of its item. */
export const fieldOrder = ['title', 'titleEn', 'cast', 'venue'] as const;
export type Field = (typeof fieldOrder)[number];

/** Flags of a unit: the place of its field, and whether a word starts here. */
export const fieldMask = 3;
export const wordStart = 4;

/** Text as the index looks at it: items, each closed by `itemEnd`; with a byte of flags for each unit. */
export interface IndexedText {
  readonly units: readonly number[];
  readonly flags: readonly number[];
  /** Where the titles end and the cast begins. */
  readonly titlesEnd: number;
}

/**
 * The normalised text of every slot in one array. Removing leaves a gap; when gaps make up half of it, the text is moved
 * together.
 */
export class TextStore {
  // The first unit closes nothing, so that before each item there is an end.
  #units = new Uint16Array(1 << 12);
  #flags = new Uint8Array(1 << 12);
  #end = 1;
  #gaps = 0;
  readonly #starts: number[] = [];
  readonly #titleEnds: number[] = [];
  readonly #ends: number[] = [];

  get units(): Uint16Array {
    return this.#units;
  }

  get flags(): Uint8Array {
    return this.#flags;
  }

  start(slot: number): number {
    return this.#starts[slot] ?? 0;
  }

  titlesEnd(slot: number): number {
    return this.#titleEnds[slot] ?? 0;
  }

  end(slot: number): number {
    return this.#ends[slot] ?? 0;
  }

  /** The slot has no text: it is new or was removed. */
  write(slot: number, { units, flags, titlesEnd }: IndexedText): void {
    if (this.#end + units.length > this.#units.length) this.#makeRoom(units.length);
    this.#units.set(units, this.#end);
    this.#flags.set(flags, this.#end);
    this.#starts[slot] = this.#end;
    this.#titleEnds[slot] = this.#end + titlesEnd;
    this.#end += units.length;
    this.#ends[slot] = this.#end;
  }

  remove(slot: number): void {
    this.#gaps += this.end(slot) - this.start(slot);
    this.#starts[slot] = 0;
    this.#titleEnds[slot] = 0;
    this.#ends[slot] = 0;
  }

  #makeRoom(length: number): void {
    const used = this.#end - this.#gaps + length;
    const size = this.#gaps > this.#units.length / 2 ? used * 1.5 : this.#units.length * 1.5 + length;
    const [units, flags] = [new Uint16Array(Math.ceil(size)), new Uint8Array(Math.ceil(size))];
    units[0] = itemEnd;
    let end = 1;
    for (const [slot, start] of this.#starts.entries()) {
      const oldEnd = this.end(slot);
      if (oldEnd === 0) continue;
      units.set(this.#units.subarray(start, oldEnd), end);
      flags.set(this.#flags.subarray(start, oldEnd), end);
      this.#starts[slot] = end;
      this.#titleEnds[slot] = end + this.titlesEnd(slot) - start;
      end += oldEnd - start;
      this.#ends[slot] = end;
    }
    this.#units = units;
    this.#flags = flags;
    this.#end = end;
    this.#gaps = 0;
  }
}
