import { type ConsonantRun, endOfRun } from './consonant-run.ts';
import { itemEnd } from './gram-index.ts';
import type { Reading } from './readings.ts';
import { fieldMask, type TextStore, wordStart } from './text-store.ts';

/** Where in the entry a reading matched: higher is better, 0 is nowhere. */
export const place = { nowhere: 0, venue: 1, cast: 2, insideTitle: 3, wordOfTitle: 4, startOfTitle: 5, wholeTitle: 6 };

/** A pattern as the inner loop wants it. */
export interface Needle {
  readonly length: number;
  /** By unit: lowest, highest, alone. */
  readonly ranges: Int32Array;
  readonly wholeWord: boolean;
  readonly run: ConsonantRun | undefined;
}

export function needleOf({ pattern, wholeWord, run }: Pick<Reading, 'pattern' | 'wholeWord' | 'run'>): Needle {
  const ranges = pattern.flatMap(({ lowest, highest, alone }) => [lowest, highest, alone]);
  return { length: pattern.length, ranges: Int32Array.from(ranges), wholeWord, run };
}

/** The first place from `from` on, and before `to`, where the needle matches; −1 for none. */
export function find(store: TextStore, needle: Needle, { from, to }: { from: number; to: number }): number {
  const { units } = store;
  const { length, ranges, run } = needle;
  if (run !== undefined) return findRun(units, run, { from, to });
  const [lowest = 0, highest = 0, alone = 0] = ranges;
  for (let at = from; at <= to - length; at += 1) {
    const unit = units[at] ?? itemEnd;
    if ((unit < lowest || unit > highest) && unit !== alone) continue;
    if (!restMatches(units, ranges, at)) continue;
    if (!needle.wholeWord || isWholeWord(store, at, length)) return at;
  }
  return -1;
}

/** Where the match that begins at `at` ends. */
export function endOf({ units }: TextStore, { length, run }: Needle, at: number): number {
  return run === undefined ? at + length : endOfRun(run, units, at);
}

function findRun(units: Uint16Array, run: ConsonantRun, { from, to }: { from: number; to: number }): number {
  for (let at = from; at < to; at += 1) if (endOfRun(run, units, at) >= 0) return at;
  return -1;
}

function restMatches(units: Uint16Array, ranges: Int32Array, at: number): boolean {
  for (let range = 3, next = at + 1; range < ranges.length; range += 3, next += 1) {
    const unit = units[next] ?? itemEnd;
    if ((unit < (ranges[range] ?? 0) || unit > (ranges[range + 1] ?? 0)) && unit !== ranges[range + 2]) return false;
  }
  return true;
}

function isWholeWord({ units, flags }: TextStore, at: number, length: number): boolean {
  const after = at + length;
  return startsWord(flags, at) && (units[after] === itemEnd || startsWord(flags, after));
}

export function startsWord(flags: Uint8Array, at: number): boolean {
  return ((flags[at] ?? 0) & wordStart) !== 0;
}

/** The best place where the needle matches in a slot. */
export function bestPlace(store: TextStore, needle: Needle, slot: number): number {
  const titlesEnd = store.titlesEnd(slot);
  let best = place.nowhere;
  for (let at = store.start(slot); ; at += 1) {
    at = find(store, needle, { from: at, to: titlesEnd });
    if (at < 0) break;
    best = Math.max(best, placeInTitle(store, at, endOf(store, needle, at)));
    if (best === place.wholeTitle) return best;
  }
  if (best > place.nowhere) return best;
  const other = find(store, needle, { from: titlesEnd, to: store.end(slot) });
  if (other < 0) return place.nowhere;
  return ((store.flags[other] ?? 0) & fieldMask) === 2 ? place.cast : place.venue;
}

function placeInTitle({ units, flags }: TextStore, at: number, end: number): number {
  if (units[at - 1] === itemEnd) return units[end] === itemEnd ? place.wholeTitle : place.startOfTitle;
  return startsWord(flags, at) ? place.wordOfTitle : place.insideTitle;
}
