import type { IndexEntry } from '../domain/search/index.ts';
import type { PerformanceDocument } from '../schemas/feed.ts';

const castShown = 4;

/** What lists show of a performance, all but what depends on the clock or on others. */
export interface Card extends Omit<PerformanceDocument, HeldBack> {
  /** All of those who play, for the search. Lists show the first few. */
  readonly cast: string[];
}

type HeldBack =
  | 'crew'
  | 'synopsis'
  | 'scheduleText'
  | 'sessions'
  | 'runningMinutes'
  | 'organizer'
  | 'organizerId'
  | 'cancellationPolicy'
  | 'source';

export function cardOf(document: PerformanceDocument): Card {
  const { id, version, title, genre, startDate, endDate, venue, cast, ageLimit, minPrice, maxPrice, poster } = document;
  const { cancelled, updatedAt } = document;
  const shown = { title, genre, startDate, endDate, venue, cast, ageLimit, minPrice, maxPrice, poster };
  return { id, version, ...shown, cancelled, updatedAt };
}

export function firstOfCast({ cast }: Card): string[] {
  return cast.length > castShown ? cast.slice(0, castShown) : cast;
}

export function indexEntryOf(card: Card, popularity: number): IndexEntry {
  const { id, title, cast, venue, genre, startDate, endDate, cancelled, minPrice, maxPrice } = card;
  return {
    id,
    titleKo: title.ko,
    titleEn: title.en,
    cast,
    venue: { id: venue.id, name: venue.name },
    region: venue.region,
    genre,
    startDate,
    endDate,
    cancelled,
    minPrice,
    maxPrice,
    popularity,
    createdAt: createdAtOf(id),
  };
}

/** The milliseconds that a UUIDv7 begins with (RFC 9562 5.7). */
function createdAtOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
