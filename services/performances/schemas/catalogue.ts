import { z } from 'zod';
import {
  date,
  genre,
  instant,
  performanceId,
  region,
  saleWindow,
  sessionId,
  state,
  title,
  venueId,
  won,
} from './common.ts';
import { SeatMapDocument } from './seat-map.ts';

export const Poster = z
  .object({
    /** By width in pixels. */
    widths: z.array(z.object({ width: z.int(), url: z.string() })).meta({ description: 'Re-encoded as WebP' }),
  })
  .meta({ id: 'Poster' });

export const Mark = z
  .object({
    field: z.enum(['title', 'titleEn', 'cast', 'venue']),
    index: z.int().optional().meta({ description: 'Of the cast: which of them, from 0' }),
    from: z.int(),
    to: z.int(),
  })
  .meta({
    id: 'Mark',
    description: 'Where the query matched: from inclusive to exclusive, in UTF-16 units of the field',
  });

export const PerformanceSummary = z
  .object({
    id: performanceId,
    title,
    genre,
    state,
    startDate: date,
    endDate: date,
    venue: z.object({ id: venueId, name: z.string(), region }),
    cast: z.array(z.string()).meta({ description: 'The first few' }),
    ageLimit: z.int(),
    minPrice: won.nullable(),
    maxPrice: won.nullable(),
    poster: Poster.nullable(),
    rank: z.int().nullable().meta({ description: 'Place in the ranking of the day, as `listRankings` tells it' }),
    marks: z.array(Mark).optional(),
  })
  .meta({ id: 'PerformanceSummary' });

export const SessionSummary = z
  .object({
    id: sessionId,
    startsAt: instant,
    hall: z.string(),
    seatMapId: z.uuid().nullable(),
    capacity: z.int(),
    cancelled: z.boolean(),
    grades: z.array(z.object({ grade: z.string(), price: won, units: z.int() })),
    saleWindows: z.array(saleWindow),
    perMemberLimit: z.int(),
  })
  .meta({ id: 'SessionSummary' });

export const PerformanceDetail = PerformanceSummary.omit({ marks: true })
  .extend({
    crew: z.array(z.string()),
    runningMinutes: z.int().nullable(),
    synopsis: z.string(),
    scheduleText: z.string().nullable().meta({ description: 'As the producer wrote it' }),
    organizer: z.string().nullable(),
    source: z.enum(['organizer', 'kopis']),
    updatedAt: instant,
    sessionCount: z.int(),
  })
  .meta({ id: 'PerformanceDetail' });

const facet = z.array(z.object({ value: z.string(), count: z.int() }));
export const SearchResult = z
  .object({
    performances: z.array(PerformanceSummary),
    total: z.int(),
    next: z.string().optional(),
    facets: z.object({ genre: facet, region: facet, state: facet, month: facet, price: facet }),
  })
  .meta({ id: 'SearchResult' });

export const Suggestions = z
  .object({
    suggestions: z.array(
      z.object({ text: z.string(), kind: z.enum(['title', 'cast', 'venue']), performanceId: performanceId.optional() }),
    ),
  })
  .meta({ id: 'Suggestions' });

export const Rankings = z
  .object({
    period: z.enum(['day', 'week', 'month']),
    date,
    rankings: z.array(
      z.object({ rank: z.int(), change: z.int().nullable(), performance: PerformanceSummary.omit({ marks: true }) }),
    ),
  })
  .meta({ id: 'Rankings' });

/** Static geometry: the same map for every session that uses it, with this session's grades by unit. */
export const SessionSeatMap = z
  .object({
    seatMapId: z.uuid(),
    map: SeatMapDocument,
    grades: z.array(z.object({ grade: z.string(), price: won })),
    /** For each unit the index into `grades`, −1 for a blocked one, run-length encoded: [index, count, …]. */
    gradeRuns: z.array(z.int()),
    units: z.int(),
  })
  .meta({ id: 'SessionSeatMap' });

/** What reservation needs to sell a session. */
export const SellableSession = z
  .object({
    session: SessionSummary,
    performance: z.object({
      id: performanceId,
      title,
      ageLimit: z.int(),
      genre,
      cancellationPolicy: z.string(),
      organizerId: z.uuid().nullable(),
      cancelled: z.boolean(),
    }),
    venue: z.string(),
    map: SessionSeatMap.nullable(),
    version: z.int(),
  })
  .meta({ id: 'SellableSession' });
