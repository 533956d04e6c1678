export { InvalidCursor } from './cursor.ts';
export { createSearchIndex } from './search-index.ts';
export type {
  Facets,
  IndexEntry,
  Mark,
  SearchHits,
  SearchIndex,
  SearchRequest,
  Suggestion,
} from './types.ts';
