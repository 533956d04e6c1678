import type { PerformanceDocument } from '../../schemas/feed.ts';

/** A document of a version, with one session whose id is made from its own. */
export function documentOf({
  id,
  version,
  title,
}: {
  id: string;
  version: number;
  title: string;
}): PerformanceDocument {
  return {
    id,
    version,
    title: { ko: title },
    genre: 'play',
    startDate: '2026-11-01',
    endDate: '2026-12-31',
    venue: { id: '0193e3a0-7b3c-7000-8000-000000000009', name: '별빛아트홀', region: 'seoul' },
    cast: ['김배우'],
    crew: [],
    ageLimit: 0,
    runningMinutes: null,
    minPrice: 1000,
    maxPrice: 1000,
    poster: null,
    synopsis: '줄이\n바뀌는 글',
    scheduleText: null,
    organizer: null,
    organizerId: null,
    source: 'organizer',
    cancellationPolicy: 'standard',
    cancelled: false,
    updatedAt: new Date(Date.UTC(2026, 10, 1) + version * 1000).toISOString(),
    sessions: [
      {
        id: `${id.slice(0, -2)}f${id.slice(-1)}`,
        startsAt: '2026-12-01T10:30:00.000Z',
        hall: '대극장',
        seatMapId: null,
        capacity: 0,
        cancelled: false,
        grades: [{ grade: 'R', price: 1000, units: 0 }],
        saleWindows: [],
        perMemberLimit: 4,
        gradeRuns: [],
      },
    ],
  };
}
