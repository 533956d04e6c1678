import type { Parts } from '../use-cases/parts.ts';
import { performanceHandlers } from './performances.ts';
import { seatMapHandlers } from './seat-maps.ts';
import { sessionHandlers } from './sessions.ts';
import { venueHandlers } from './venues.ts';

/** What organisers do. */
export function handlers(parts: Parts) {
  return {
    ...venueHandlers(parts),
    ...seatMapHandlers(parts),
    ...performanceHandlers(parts),
    ...sessionHandlers(parts),
  };
}
