import type { ConsonantRun } from './consonant-run.ts';
import { itemEnd } from './gram-index.ts';
import type { Reading } from './readings.ts';
import { fieldMask, type TextStore, wordStart } from './text-store.ts';

/** Where in the entry a reading matched: higher is better, 0 is nowhere. */
export const place = { nowhere: 0, venue: 1, cast: 2, insideTitle: 3, wordOfTitle: 4, startOfTitle: 5, wholeTitle: 6 };

const fieldOfCast = 2;

/** A reading, to be looked for in the text as it is now. */
export class Needle {
  readonly #store: TextStore;
  readonly #units: Uint16Array;
  readonly #flags: Uint8Array;
  readonly #length: number;
  /** By unit: lowest, highest, alone. */
  readonly #ranges: Int32Array;
  readonly #wholeWord: boolean;
  readonly #run: ConsonantRun | undefined;

  constructor(store: TextStore, { pattern, wholeWord, run }: Pick<Reading, 'pattern' | 'wholeWord' | 'run'>) {
    this.#store = store;
    this.#units = store.units;
    this.#flags = store.flags;
    // A run may be shorter than its pattern: 햄릿 is two units, ㅎㅁㄹ three.
    this.#length = run === undefined ? pattern.length : 1;
    this.#ranges = Int32Array.from(pattern.flatMap(({ lowest, highest, alone }) => [lowest, highest, alone]));
    this.#wholeWord = wholeWord;
    this.#run = run;
  }

  /** The first place from `from` on where it matches, and ends before `to`; −1 for none. Both are bounds of items. */
  find(from: number, to: number): number {
    const units = this.#units;
    const lowest = this.#ranges[0] ?? 0;
    const highest = this.#ranges[1] ?? 0;
    const alone = this.#ranges[2] ?? 0;
    const last = to - this.#length;
    for (let at = from; at <= last; at += 1) {
      const unit = units[at] ?? itemEnd;
      if ((unit < lowest || unit > highest) && unit !== alone) continue;
      if (this.#restMatches(at)) return at;
    }
    return -1;
  }

  /** Where the match that begins at `at` ends. */
  endOf(at: number): number {
    return this.#run === undefined ? at + this.#length : this.#run.endOf(this.#units, at);
  }

  startsWord(at: number): boolean {
    return ((this.#flags[at] ?? 0) & wordStart) !== 0;
  }

  /** Whether it matches anywhere in a slot. */
  matches(slot: number): boolean {
    return this.find(this.#store.start(slot), this.#store.end(slot)) >= 0;
  }

  /** The best place where it matches in a slot. */
  bestPlace(slot: number): number {
    const titlesEnd = this.#store.titlesEnd(slot);
    const titleEnd = this.#store.titleEnd(slot);
    const first = this.#bestInTitle(this.#store.start(slot), titleEnd);
    if (first === place.wholeTitle) return first;
    const best = Math.max(first, this.#bestInTitle(titleEnd, titlesEnd));
    if (best !== place.nowhere) return best;
    const other = this.find(titlesEnd, this.#store.end(slot));
    if (other < 0) return place.nowhere;
    return ((this.#flags[other] ?? 0) & fieldMask) === fieldOfCast ? place.cast : place.venue;
  }

  #restMatches(at: number): boolean {
    if (this.#run !== undefined) return this.#run.endOf(this.#units, at) >= 0;
    const [units, ranges] = [this.#units, this.#ranges];
    for (let range = 3, next = at + 1; range < ranges.length; range += 3, next += 1) {
      const unit = units[next] ?? itemEnd;
      if ((unit < (ranges[range] ?? 0) || unit > (ranges[range + 1] ?? 0)) && unit !== ranges[range + 2]) return false;
    }
    return !this.#wholeWord || this.#isWholeWord(at);
  }

  #isWholeWord(at: number): boolean {
    const end = at + this.#length;
    return this.startsWord(at) && (this.#units[end] === itemEnd || this.startsWord(end));
  }

  #bestInTitle(from: number, to: number): number {
    const first = this.find(from, to);
    if (first < 0) return place.nowhere;
    if (first === from) return this.#units[this.endOf(first)] === itemEnd ? place.wholeTitle : place.startOfTitle;
    for (let at = first; at >= 0; at = this.find(at + 1, to)) if (this.startsWord(at)) return place.wordOfTitle;
    return place.insideTitle;
  }
}
