import { windowsIn } from './blocks.ts';
import { weights } from './cost.ts';
import { type Choice, Shortlist } from './shortlist.ts';
import { fullCost, unitsOf, type Window } from './window.ts';

/** Units that belong together. */
export interface Block {
  readonly size: number;
  /** Of taking it whole. */
  readonly cost: number;
  readonly firstUnit: number;
  /** No unit of it costs less. */
  readonly least: number;
  /** The best of it for so many. */
  best(size: number): Choice;
}

/**
 * In as few parts as can be: the largest block is taken whole until what is left fits into one, then the best place for
 * that. Undefined when there are not enough units.
 */
export function takeLargest(blocks: readonly Block[], size: number): Choice | undefined {
  const left = blocks.toSorted(
    (one, other) => other.size - one.size || one.cost - other.cost || one.firstUnit - other.firstUnit,
  );
  const parts: Choice[] = [];
  let missing = size;
  for (const [index, block] of left.entries()) {
    if (block.size >= missing) {
      parts.push(bestOf(left.slice(index), missing));
      const cost = parts.reduce((sum, part) => sum + part.cost, (parts.length - 1) * weights.part);
      return { cost, units: parts.flatMap(({ units }) => units) };
    }
    parts.push(block.best(block.size));
    missing -= block.size;
  }
  return undefined;
}

/** @param blocks - the largest first */
function bestOf(blocks: readonly Block[], size: number): Choice {
  const list = new Shortlist(1);
  for (const block of blocks) {
    if (block.size < size) break;
    if (block.least * size > list.worst) continue;
    const { cost, units } = block.best(size);
    list.offer(cost, () => [...units]);
  }
  const [best] = list.disjoint(1);
  if (!best) throw new Error('a block of that size has no window of that size');
  return best;
}

export function seatedBlock(mask: Uint32Array, block: Window): Block {
  return {
    size: block.size,
    cost: fullCost(mask, block),
    firstUnit: block.row.units[block.start] ?? 0,
    least: block.row.least,
    best(size) {
      const list = new Shortlist(1);
      for (const window of windowsIn(block, size)) list.offer(fullCost(mask, window), () => unitsOf(window));
      return list.disjoint(1)[0] ?? { cost: Infinity, units: [] };
    },
  };
}

/** @param numbers - the open ones, ascending */
export function standingBlock(numbers: readonly number[]): Block {
  return {
    size: numbers.length,
    cost: numbers.length * weights.standing,
    firstUnit: numbers[0] ?? 0,
    least: weights.standing,
    best: (size) => ({ cost: size * weights.standing, units: numbers.slice(0, size) }),
  };
}
