import { blocksByRow } from './blocks.ts';
import { type Block, seatedBlock, standingBlock, takeLargest } from './largest-blocks.ts';
import type { Layout } from './layout.ts';
import { openNumbers, openPlaces, type UnitBits, type Wanted } from './open-seats.ts';
import { type Choice, Shortlist } from './shortlist.ts';
import { offerStanding, offerWindows } from './together.ts';
import { offerTwoParts } from './two-parts.ts';

export interface BestAvailableRequest {
  readonly layout: Layout;
  /** A bit for each unit, set where it is free: bit `unit & 31` of word `unit >>> 5`. */
  readonly free: UnitBits;
  readonly quantity: number;
  /** Index of the grade. */
  readonly grade: number;
  /** How many candidates at most. */
  readonly k: number;
  /**
   * Only places for wheelchair users and their companions; otherwise these are never given.
   * @default false
   */
  readonly accessible?: boolean;
}

/** How near to each other the units are: the first of these that there is at all is given. */
export const fits = ['together', 'two parts', 'one section', 'scattered'] as const;
export type Fit = (typeof fits)[number];

export interface Candidate extends Choice {
  readonly fit: Fit;
}

/**
 * Sets of `quantity` open units of a grade, best first, no two with a unit in common; empty when there are not enough.
 * The same request always has the same answer.
 *
 * All candidates have the best fit that can be had: side by side in a row (or numbers of one standing area), else two
 * parts in a row or in rows behind each other, else the largest blocks of one section, else those of all sections.
 * Within a fit, what leaves a single seat alone comes last; then what is nearer to the middle of the stage comes first.
 */
export function bestAvailable(request: BestAvailableRequest): Candidate[] {
  const { layout, quantity, k, accessible = false } = request;
  const wanted = { ...request, accessible };
  const mask = openPlaces(wanted);
  // A window of n places meets 2n − 1 of its size: of so many, k are left that do not meet.
  const list = new Shortlist((k - 1) * (2 * quantity - 1) + 1);
  const offered = { size: quantity, list };
  const chosen = (fit: Fit) => list.disjoint(k).map((choice): Candidate => ({ ...choice, fit }));

  offerWindows(wanted, mask, offered);
  offerStanding(wanted, offered, k);
  const together = chosen('together');
  if (together.length > 0) return together;

  const blocks = blocksByRow(layout, mask);
  offerTwoParts(blocks, mask, offered);
  const twoParts = chosen('two parts');
  if (twoParts.length > 0) return twoParts;

  const seated = blocks.flat();
  for (const section of Map.groupBy(seated, ({ row }) => row.section).values()) {
    offerLargest(
      list,
      section.map((block) => seatedBlock(mask, block)),
      quantity,
    );
  }
  const oneSection = chosen('one section');
  if (oneSection.length > 0) return oneSection;

  offerLargest(list, [...seated.map((block) => seatedBlock(mask, block)), ...standingBlocks(wanted)], quantity);
  return chosen('scattered');
}

function offerLargest(list: Shortlist, blocks: readonly Block[], quantity: number): void {
  const choice = takeLargest(blocks, quantity);
  if (choice) list.offer(choice.cost, () => [...choice.units]);
}

function standingBlocks(wanted: Wanted) {
  return wanted.layout.standing.map((area) => standingBlock(openNumbers(wanted, area)));
}
