import { type Handlers, Unavailable } from '@ticketaka/platform/http';
import type { api } from '../../api.ts';
import { posterImageHandlers } from '../../posters/index.ts';
import { findHandlers } from './find.ts';
import type { CatalogueParts } from './parts.ts';
import { performanceHandlers } from './performances.ts';
import { seatMapHandlers } from './seat-maps.ts';

export type CatalogueRoute =
  | 'search'
  | 'suggest'
  | 'listRankings'
  | 'getPerformance'
  | 'listSessions'
  | 'getSeatMap'
  | 'getPosterImage'
  | 'getSession';

/** Everything that the read side answers, from memory. */
export function catalogueHandlers(parts: CatalogueParts): Handlers<typeof api, CatalogueRoute> {
  return {
    ...findHandlers(parts),
    ...performanceHandlers(parts),
    ...seatMapHandlers(parts),
    ...posterImageHandlers(parts.files),
  };
}

/** Until there is a catalogue, nothing is missing for good: whoever asks is told to come again. */
export function onceComplete<H extends Handlers<typeof api, CatalogueRoute>>(
  handlers: H,
  isComplete: () => boolean,
): H {
  const guarded = Object.entries(handlers).map(([name, handler]) => [
    name,
    (request: never) => {
      if (!isComplete()) throw new Unavailable('the catalogue is not built yet');
      return handler(request);
    },
  ]);
  // The same names, and for each a handler that takes and gives what it did.
  return Object.fromEntries(guarded) as H;
}
