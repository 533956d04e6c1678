import { windowsIn } from './blocks.ts';
import { distance, weights } from './cost.ts';
import type { Shortlist } from './shortlist.ts';
import { fullCost, unitsOf, type Window } from './window.ts';

/** Two rows (or one, twice) and how many sit in the first of them. */
interface Division {
  readonly first: readonly Window[];
  readonly second: readonly Window[];
  readonly sameRow: boolean;
  readonly sizes: readonly [number, number];
  /** No choice of this division costs less. */
  readonly bound: number;
}

/**
 * Offers the ways to sit in two parts: in two blocks of one row, or in rows of one section one behind the other. Divisions
 * are gone through from the most promising on, and no further than they can still be among the best.
 */
export function offerTwoParts(
  blocks: readonly (readonly Window[])[],
  mask: Uint32Array,
  { size, list }: { readonly size: number; readonly list: Shortlist },
): void {
  const divisions = divisionsOf(blocks, mask, size).toSorted((one, other) => one.bound - other.bound);
  for (const { first, second, sameRow, sizes, bound } of divisions) {
    if (bound > list.worst) return;
    for (const [index, block] of first.entries()) {
      const others = (sameRow ? second.slice(index + 1) : second).flatMap((other) => windowsIn(other, sizes[1]));
      for (const one of windowsIn(block, sizes[0])) {
        const cost = fullCost(mask, one);
        for (const other of others) {
          list.offer(cost + fullCost(mask, other) + togetherness(one, other), () => [
            ...unitsOf(one),
            ...unitsOf(other),
          ]);
        }
      }
    }
  }
}

function divisionsOf(blocks: readonly (readonly Window[])[], mask: Uint32Array, size: number): Division[] {
  const longest = blocks.map((row) => Math.max(0, ...row.map((block) => block.size)));
  const known: number[][] = [];
  const leastOf = (row: number) => (known[row] ??= leastCosts(blocks[row] ?? [], mask, size));
  const divisions: Division[] = [];
  for (const [index, first] of blocks.entries()) {
    for (const next of [index, index + 1]) {
      const second = blocks[next] ?? [];
      if ((longest[index] ?? 0) + (longest[next] ?? 0) < size || !areNear(first[0], second[0])) continue;
      const [least, leastOfNext] = [leastOf(index), leastOf(next)];
      for (let part = 1; part < size; part += 1) {
        const bound = (least[part] ?? Infinity) + (leastOfNext[size - part] ?? Infinity);
        if (bound === Infinity) continue;
        divisions.push({ first, second, sameRow: next === index, sizes: [part, size - part], bound });
      }
    }
  }
  return divisions;
}

function areNear(one: Window | undefined, other: Window | undefined): boolean {
  if (!one || !other) return false;
  return one.row.section === other.row.section && other.row.row - one.row.row <= 1;
}

/** By size of a window, the least that one costs. */
function leastCosts(row: readonly Window[], mask: Uint32Array, below: number): number[] {
  const least: number[] = [];
  for (let size = 1; size < below; size += 1) {
    let found = Infinity;
    for (const block of row) {
      for (const window of windowsIn(block, size)) found = Math.min(found, fullCost(mask, window));
    }
    least[size] = found;
  }
  return least;
}

/** What it costs that the parts of a group are not together. */
function togetherness(one: Window, other: Window): number {
  const somebodyAlone = one.size + other.size > 2 && (one.size === 1 || other.size === 1);
  return distance(middleOf(one), middleOf(other)) * weights.apart + (somebodyAlone ? weights.alone : 0);
}

function middleOf({ row: { points }, start, size }: Window) {
  const [one, other] = [points[start], points[start + size - 1]];
  return { x: ((one?.x ?? 0) + (other?.x ?? 0)) / 2, y: ((one?.y ?? 0) + (other?.y ?? 0)) / 2 };
}
