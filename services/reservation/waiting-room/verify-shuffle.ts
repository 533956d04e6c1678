import { commitmentOf, digestOf, drawOrder, entrantBytes } from './shuffle.ts';

/** Everything in hexadecimal digits, lower case. */
export interface ShuffleRecord {
  readonly commitment: string;
  readonly seed: string;
  readonly entrantsDigest: string;
  /** Sorted. */
  readonly entrants: readonly string[];
  /** The entrants by their numbers, when it was published. */
  readonly order?: readonly string[] | undefined;
}

export type ShuffleVerdict =
  | {
      readonly holds: true;
      /** The entrants by their numbers: whoever has number 1 first. */
      readonly order: readonly string[];
    }
  | { readonly holds: false; readonly fault: 'seed' | 'entrants' | 'order' };

/**
 * Does the draw again. `seed`: it is not the one that was committed to; `entrants`: the list is not the one that was
 * fixed, or names somebody twice; `order`: the order is not what seed and list give.
 */
export async function verifyShuffle(record: ShuffleRecord): Promise<ShuffleVerdict> {
  const seed = Buffer.from(record.seed, 'hex');
  if (seed.length !== 32 || commitmentOf(seed).toString('hex') !== record.commitment)
    return { holds: false, fault: 'seed' };
  const entrants = packed(record.entrants);
  if (!entrants || digestOf(entrants).toString('hex') !== record.entrantsDigest)
    return { holds: false, fault: 'entrants' };
  const order = Array.from(await drawOrder({ seed, entrants }), (index) => record.entrants[index] ?? '');
  const { order: published = order } = record;
  const same = published.length === order.length && published.every((entrant, place) => entrant === order[place]);
  return same ? { holds: true, order } : { holds: false, fault: 'order' };
}

const anEntrant = new RegExp(`^[0-9a-f]{${entrantBytes * 2}}$`);

/** One after the other; undefined when one is no id, or they are not sorted, or one is there twice. */
function packed(entrants: readonly string[]): Buffer | undefined {
  const sound = entrants.every((entrant, place) => {
    const before = entrants[place - 1];
    return anEntrant.test(entrant) && (before === undefined || before < entrant);
  });
  return sound ? Buffer.from(entrants.join(''), 'hex') : undefined;
}
