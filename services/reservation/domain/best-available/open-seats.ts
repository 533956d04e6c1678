import { type Layout, purposes, type RowLayout } from './layout.ts';

/** A set of units: bit `unit & 31` of word `unit >>> 5`. */
export type UnitBits = Uint32Array;

export interface Wanted {
  readonly layout: Layout;
  readonly free: UnitBits;
  /** Index of the grade. */
  readonly grade: number;
  /** Places for wheelchair users and their companions instead of ordinary seats. */
  readonly accessible: boolean;
}

/** Whether a unit is free, of the grade, and meant for such a buyer. */
export function isOpen({ layout, free, grade, accessible }: Wanted, unit: number): boolean {
  return (
    layout.gradeOf[unit] === grade &&
    layout.purposeOf[unit] === (accessible ? purposes.accessible : purposes.ordinary) &&
    (((free[unit >>> 5] ?? 0) >>> (unit & 31)) & 1) === 1
  );
}

/** A bit for each place of each row that is open, in the words of the layout. */
export function openPlaces(wanted: Wanted): Uint32Array {
  const mask = new Uint32Array(wanted.layout.words);
  for (const { units, firstWord } of wanted.layout.rows) {
    for (let place = 0; place < units.length; place += 1) {
      if (!isOpen(wanted, units[place] ?? 0)) continue;
      const word = firstWord + (place >>> 5);
      mask[word] = (mask[word] ?? 0) | (1 << (place & 31));
    }
  }
  return mask;
}

export function hasPlace(mask: Uint32Array, row: RowLayout, place: number): boolean {
  return (((mask[row.firstWord + (place >>> 5)] ?? 0) >>> (place & 31)) & 1) === 1;
}

/**
 * The places of a row at which `size` open neighbours begin, as words: m & m>>1 & m>>2 … with the step doubled each time,
 * carried over from word to word.
 */
export function startsIn(mask: Uint32Array, row: RowLayout, size: number): Uint32Array {
  const starts = mask.slice(row.firstWord, row.firstWord + row.words);
  for (let reach = 1; reach < size; ) {
    const step = Math.min(reach, size - reach);
    for (let word = 0; word < starts.length; word += 1) {
      starts[word] = (starts[word] ?? 0) & shifted(starts, word, step);
    }
    reach += step;
  }
  return starts;
}

function shifted(words: Uint32Array, word: number, by: number): number {
  const from = word + (by >>> 5);
  const bits = by & 31;
  const low = words[from] ?? 0;
  return bits === 0 ? low : (low >>> bits) | ((words[from + 1] ?? 0) << (32 - bits));
}

/** Calls with each bit that is set, in ascending order. */
export function eachBit(words: Uint32Array, visit: (bit: number) => void): void {
  for (let word = 0; word < words.length; word += 1) {
    for (let rest = words[word] ?? 0; rest !== 0; rest &= rest - 1) visit((word << 5) + 31 - Math.clz32(rest & -rest));
  }
}

/** The open numbers of a standing area, the lowest first, at most so many. */
export function openNumbers(
  wanted: Wanted,
  { firstUnit, capacity }: Layout['standing'][number],
  atMost = capacity,
): number[] {
  const numbers: number[] = [];
  for (let unit = firstUnit; unit < firstUnit + capacity && numbers.length < atMost; unit += 1) {
    if (isOpen(wanted, unit)) numbers.push(unit);
  }
  return numbers;
}
