import type { SeatMapDocument } from '@ticketaka/performances/api';

export type Seat = Extract<SeatMapDocument['sections'][number], { kind: 'seated' }>['rows'][number]['seats'][number];

export interface Place {
  readonly unit: number;
  readonly seat: Seat;
}

/** A gap that is so much wider than usual in a section is an aisle. */
const aisleFactor = 1.5;

/**
 * The seats of a row from one of its ends to the other. Documents may list them in another order (odd numbers, then even
 * ones), and the rows of a side block run along y.
 */
export function inOrder(places: readonly Place[]): Place[] {
  const axis = extent(places, 'x') >= extent(places, 'y') ? 'x' : 'y';
  return places.toSorted((one, other) => one.seat[axis] - other.seat[axis] || one.unit - other.unit);
}

function extent(places: readonly Place[], axis: 'x' | 'y'): number {
  const values = places.map(({ seat }) => seat[axis]);
  return Math.max(...values) - Math.min(...values);
}

/**
 * Where an aisle divides neighbours: for each row of a section, for each place but the first, whether there is one before
 * it. It shows as a wider gap, or as numbers that skip more than they do elsewhere in the section.
 */
export function aislesOf(rows: readonly (readonly Place[])[]): boolean[][] {
  const gaps = rows.map((row) => row.slice(1).map((place, index) => gapBetween(row[index] ?? place, place)));
  const usualWidth = median(gaps.flat().map(({ width }) => width));
  const usualSkip = median(gaps.flat().flatMap(({ skip }) => skip ?? []));
  return gaps.map((row) =>
    row.map(({ width, skip }) => width > usualWidth * aisleFactor || (skip !== undefined && skip > usualSkip)),
  );
}

function gapBetween({ seat: one }: Place, { seat: other }: Place) {
  const numbers = [numberOf(one), numberOf(other)] as const;
  const skip = numbers[0] === undefined || numbers[1] === undefined ? undefined : Math.abs(numbers[0] - numbers[1]);
  return { width: Math.hypot(one.x - other.x, one.y - other.y), skip };
}

/** The digits at the end: of `A12` it is 12. */
function numberOf({ number }: Seat): number | undefined {
  const digits = /\d+$/.exec(number)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[(values.length - 1) >> 1] ?? Infinity;
}
