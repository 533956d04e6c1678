import { weights } from './cost.ts';
import type { RowLayout } from './layout.ts';
import { hasPlace } from './open-seats.ts';

/** Neighbouring open places of one row. */
export interface Window {
  readonly row: RowLayout;
  readonly start: number;
  readonly size: number;
}

/** What it costs to sit there, without what it leaves behind. */
export function windowCost({ row, start, size }: Window): number {
  const seats = (row.costBefore[start + size] ?? 0) - (row.costBefore[start] ?? 0);
  const aisles = (row.stretchOf[start + size - 1] ?? 0) - (row.stretchOf[start] ?? 0);
  return seats + aisles * weights.aisle;
}

/** How many single open seats it would leave beside it. */
export function singlesBeside(mask: Uint32Array, { row, start, size }: Window): number {
  const opens = (place: number, from: number) =>
    place >= 0 &&
    place < row.units.length &&
    row.stretchOf[place] === row.stretchOf[from] &&
    hasPlace(mask, row, place);
  const end = start + size - 1;
  const left = opens(start - 1, start) && !opens(start - 2, start);
  const right = opens(end + 1, end) && !opens(end + 2, end);
  return Number(left) + Number(right);
}

export function fullCost(mask: Uint32Array, window: Window): number {
  return windowCost(window) + singlesBeside(mask, window) * weights.single;
}

export function unitsOf({ row, start, size }: Window): number[] {
  return [...row.units.subarray(start, start + size)];
}
