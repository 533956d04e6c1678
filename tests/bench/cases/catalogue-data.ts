import type { IndexEntry } from '../../../services/performances/domain/search/index.ts';
import type { PerformanceDocument } from '../../../services/performances/schemas/feed.ts';
import { SearchData } from './search-data.ts';

export const size = 50_000;
const playedBy = 8;

/** The performances of the search case, as whole documents with some sessions. */
export function inventedDocuments(data: SearchData = new SearchData(size)): PerformanceDocument[] {
  // As they come out of a message: the strings that were put together here are slower to look into.
  return structuredClone(data.entries.map(documentOf));
}

function documentOf(entry: IndexEntry, at: number): PerformanceDocument {
  const { id, titleKo, titleEn, genre, startDate, endDate, venue, region, cast, minPrice, maxPrice, cancelled } = entry;
  const shown = {
    id,
    title: { ko: titleKo, ...(titleEn !== undefined && { en: titleEn }) },
    genre,
    startDate,
    endDate,
  };
  return {
    ...shown,
    venue: { id: uuid('b', Number(venue.id.split('-')[1])), name: venue.name, region },
    cast: [...cast],
    crew: cast.slice(0, 3),
    ageLimit: 12,
    runningMinutes: 120,
    minPrice,
    maxPrice,
    poster: {
      widths: [160, 320, 640].map((width) => ({ width, url: `/api/performances/posters/${id}/${width}.webp` })),
    },
    synopsis: `${titleKo}. `.repeat(12),
    scheduleText: '화요일 ~ 금요일(20:00), 토요일(16:00,19:00), HOL(14:00)',
    organizer: '별빛기획',
    organizerId: null,
    source: 'kopis',
    cancellationPolicy: 'standard',
    cancelled,
    updatedAt: new Date(entry.createdAt).toISOString(),
    version: 1,
    sessions: Array.from({ length: playedBy }, (_, number) => ({
      id: uuid('a', at * playedBy + number),
      startsAt: `${startDate}T${10 + number}:30:00.000Z`,
      hall: '대극장',
      seatMapId: null,
      capacity: 0,
      cancelled: false,
      grades: ['VIP', 'R', 'S'].map((grade, place) => ({ grade, price: 140_000 - place * 30_000, units: 0 })),
      saleWindows: [
        { kind: 'general', name: null, opensAt: '2026-11-01T05:00:00.000Z', closesAt: `${startDate}T09:00:00.000Z` },
      ],
      perMemberLimit: 4,
      gradeRuns: [],
    })),
  };
}

function uuid(kind: string, number: number): string {
  return `0193e3a0-7b3c-7000-8${kind}00-${number.toString(16).padStart(12, '0')}`;
}
