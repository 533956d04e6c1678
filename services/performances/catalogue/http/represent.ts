import type { z } from 'zod';
import { stateOn } from '../../domain/state.ts';
import type { PerformanceDetail, PerformanceSummary } from '../../schemas/catalogue.ts';
import type { PerformanceDocument } from '../../schemas/feed.ts';
import { type Card, firstOfCast } from '../card.ts';

type Summary = Omit<z.input<typeof PerformanceSummary>, 'marks'>;

/** What depends on the day and on other performances. */
export interface Standing {
  /** Day in Asia/Seoul. */
  readonly today: string;
  readonly rank: number | null;
}

export function summaryOf(card: Card, { today, rank }: Standing): Summary {
  const { id, title, genre, startDate, endDate, venue, ageLimit, minPrice, maxPrice, poster } = card;
  const state = stateOn(today, card);
  const cast = firstOfCast(card);
  return { id, title, genre, state, startDate, endDate, venue, cast, ageLimit, minPrice, maxPrice, poster, rank };
}

/** With the whole cast. The route's schema leaves out what is not for everybody. */
export function detailOf(document: PerformanceDocument, { today, rank }: Standing): z.input<typeof PerformanceDetail> {
  return { ...document, state: stateOn(today, document), rank, sessionCount: document.sessions.length };
}
