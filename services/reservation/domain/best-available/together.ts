import { weights } from './cost.ts';
import { eachBit, openNumbers, startsIn, type Wanted } from './open-seats.ts';
import type { Shortlist } from './shortlist.ts';
import { singlesBeside, unitsOf, windowCost } from './window.ts';

/** Offers the ways to sit side by side in one row, as far as they can be among the best. */
export function offerWindows({ layout }: Wanted, mask: Uint32Array, { size, list }: Offered): void {
  for (const row of layout.bestRows) {
    if (size * row.least > list.worst) return;
    eachBit(startsIn(mask, row, size), (start) => {
      const window = { row, start, size };
      const cost = windowCost(window);
      // Most are out here already, before their neighbours are looked at.
      if (cost > list.worst) return;
      list.offer(cost + singlesBeside(mask, window) * weights.single, () => unitsOf(window));
    });
  }
}

/** Offers the lowest numbers of each standing area, then the next ones. */
export function offerStanding(wanted: Wanted, { size, list }: Offered, count: number): void {
  for (const area of wanted.layout.standing) {
    const numbers = openNumbers(wanted, area, size * count);
    for (let from = 0; from + size <= numbers.length; from += size) {
      list.offer(size * weights.standing, () => numbers.slice(from, from + size));
    }
  }
}

interface Offered {
  /** How many units a choice has. */
  readonly size: number;
  readonly list: Shortlist;
}
