import type { z } from 'zod';
import type * as catalogue from '../../schemas/catalogue.ts';
import type { Genre, Region, State } from '../../schemas/common.ts';

/** What the index knows of a performance. */
export interface IndexEntry {
  readonly id: string;
  readonly titleKo: string;
  readonly titleEn?: string | undefined;
  readonly cast: readonly string[];
  readonly venue: { readonly id: string; readonly name: string };
  readonly region: Region;
  readonly genre: Genre;
  /** ISO days in Asia/Seoul, both included. */
  readonly startDate: string;
  readonly endDate: string;
  readonly cancelled: boolean;
  /** Won; null while no price is known. */
  readonly minPrice: number | null;
  readonly maxPrice: number | null;
  /** Higher is more popular. */
  readonly popularity: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** @default relevance where there is a query, else ranking */
export type Sort = 'relevance' | 'date' | 'ranking' | 'price' | 'newest';

export interface SearchRequest {
  readonly query?: string | undefined;
  readonly genres?: readonly Genre[] | undefined;
  readonly regions?: readonly Region[] | undefined;
  readonly states?: readonly State[] | undefined;
  /** ISO days: performances that are played between them. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Won: performances with a price between them. */
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  readonly venueId?: string | undefined;
  readonly sort?: Sort | undefined;
  readonly limit: number;
  /** `next` of the page before, for the same request. */
  readonly cursor?: string | undefined;
  /** ISO day in Asia/Seoul: decides the states. */
  readonly today: string;
}

export type Mark = z.output<typeof catalogue.Mark>;
export type Facets = z.output<typeof catalogue.SearchResult>['facets'];

export interface SearchHits {
  readonly hits: readonly { readonly id: string; readonly marks: readonly Mark[] }[];
  readonly total: number;
  /** Each counted with all filters but its own. */
  readonly facets: Facets;
  /** Cursor of the page after this one. */
  readonly next?: string;
}

export type Suggestion = z.output<typeof catalogue.Suggestions>['suggestions'][number];

export interface SearchIndex {
  readonly size: number;
  /** Adds it, or replaces what has its id. */
  put(entry: IndexEntry): void;
  /** Tells whether there was one. */
  remove(id: string): boolean;
  /** @throws InvalidCursor when the cursor is not `next` of the same request */
  search(request: SearchRequest): SearchHits;
  /** What a person may be about to type, best first. */
  suggest(text: string, limit: number): readonly Suggestion[];
}
