import { itemEnd } from './gram-index.ts';

/** What a unit belongs to, by the place of its item. */
export const fieldOrder = ['title', 'titleEn', 'cast', 'venue'] as const;

/** Flags of a unit: the place of its field, and whether a word starts here. */
export const fieldMask = 3;
export const wordStart = 4;

/** Text as the index looks at it: items, each closed by `itemEnd`; with a byte of flags for each unit. */
export interface IndexedText {
  readonly units: readonly number[];
  readonly flags: readonly number[];
  /** Where the Korean title ends and the English one begins. */
  readonly titleEnd: number;
  /** Where the titles end and the cast begins. */
  readonly titlesEnd: number;
}

/** Bounds of the text of a slot: where it starts, then these. */
const bounds = 4;
const boundAt = { titleEnd: 1, titlesEnd: 2, end: 3 } as const;

/**
 * The normalised text of every slot in one array. Removing leaves a gap; when gaps make up half of it, the text is moved
 * together.
 */
export class TextStore {
  // The first unit closes nothing, so that before each item there is an end.
  #units = new Uint16Array(1 << 12);
  #flags = new Uint8Array(1 << 12);
  #bounds = new Int32Array(1 << 10);
  #end = 1;
  #gaps = 0;

  get units(): Uint16Array {
    return this.#units;
  }

  get flags(): Uint8Array {
    return this.#flags;
  }

  start(slot: number): number {
    return this.#bounds[slot * bounds] ?? 0;
  }

  titleEnd(slot: number): number {
    return this.#bounds[slot * bounds + boundAt.titleEnd] ?? 0;
  }

  titlesEnd(slot: number): number {
    return this.#bounds[slot * bounds + boundAt.titlesEnd] ?? 0;
  }

  end(slot: number): number {
    return this.#bounds[slot * bounds + boundAt.end] ?? 0;
  }

  /** The slot has no text: it is new or was removed. */
  write(slot: number, { units, flags, titleEnd, titlesEnd }: IndexedText): void {
    if (this.#end + units.length > this.#units.length) this.#makeRoom(units.length);
    if ((slot + 1) * bounds > this.#bounds.length) this.#bounds = longer(this.#bounds, (slot + 1) * bounds);
    const start = this.#end;
    this.#units.set(units, start);
    this.#flags.set(flags, start);
    this.#end += units.length;
    this.#bounds.set([start, start + titleEnd, start + titlesEnd, this.#end], slot * bounds);
  }

  remove(slot: number): void {
    this.#gaps += this.end(slot) - this.start(slot);
    this.#bounds.fill(0, slot * bounds, (slot + 1) * bounds);
  }

  #makeRoom(length: number): void {
    const used = this.#end - this.#gaps + length;
    const size = Math.ceil(this.#gaps > this.#units.length / 2 ? used * 1.5 : this.#units.length * 1.5 + length);
    const [units, flags] = [new Uint16Array(size), new Uint8Array(size)];
    units[0] = itemEnd;
    let end = 1;
    for (let slot = 0; slot * bounds < this.#bounds.length; slot += 1) {
      const [start, oldEnd] = [this.start(slot), this.end(slot)];
      if (oldEnd === 0) continue;
      units.set(this.#units.subarray(start, oldEnd), end);
      flags.set(this.#flags.subarray(start, oldEnd), end);
      for (let bound = slot * bounds; bound < (slot + 1) * bounds; bound += 1) {
        this.#bounds[bound] = (this.#bounds[bound] ?? 0) + end - start;
      }
      end += oldEnd - start;
    }
    this.#units = units;
    this.#flags = flags;
    this.#end = end;
    this.#gaps = 0;
  }
}

function longer(values: Int32Array, length: number) {
  const more = new Int32Array(Math.ceil(length * 1.5));
  more.set(values);
  return more;
}
