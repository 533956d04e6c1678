import { type Columns, unpriced } from './columns.ts';
import type { Sort } from './types.ts';

/** Ascending by `first`, then by `second`, then by id: an order in which no two performances are equal. */
export interface SortKey {
  readonly first: number;
  readonly second: number;
  readonly id: string;
}

export interface SortColumns {
  first(slot: number, score: number): number;
  second(slot: number): number;
}

/** Higher than every price: what has none comes last. */
const noPrice = 2 ** 31;

/** What each order goes by. Subtracting from 0 never gives −0, which JSON would lose. */
export function sortColumns(sort: Sort, { popularity, startDay, minPrice, createdAt }: Columns): SortColumns {
  const mostPopular = (slot: number) => 0 - (popularity[slot] ?? 0);
  switch (sort) {
    case 'relevance':
      return { first: (_, score) => 0 - score, second: mostPopular };
    case 'ranking':
      return { first: mostPopular, second: () => 0 };
    case 'date':
      return { first: (slot) => startDay[slot] ?? 0, second: mostPopular };
    case 'price':
      return { first: (slot) => (minPrice[slot] === unpriced ? noPrice : (minPrice[slot] ?? 0)), second: mostPopular };
    case 'newest':
      return { first: (slot) => 0 - (createdAt[slot] ?? 0), second: mostPopular };
  }
}

export function compareKeys(a: SortKey, b: SortKey): number {
  if (a.first !== b.first) return a.first - b.first;
  if (a.second !== b.second) return a.second - b.second;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
