import type { z } from 'zod';
import { Hall, PerformanceRecord, SeatMapRecord, SessionRecord, Venue } from '../schemas/manage.ts';
import type { SeatMapDocument } from '../schemas/seat-map.ts';
import type { Caller } from './caller.ts';

export const newVenue = { name: '별빛아트홀', region: 'seoul', address: '서울 종로구 별빛로 1' };

const seats = (count: number, y: number) =>
  Array.from({ length: count }, (_, index) => ({ number: String(index + 1), x: index, y }));

/** Six seats, one of them blocked, and a standing area of ten. */
export const smallMap: SeatMapDocument = {
  sections: [
    {
      kind: 'seated',
      name: 'A',
      floor: '1',
      rows: [
        { name: '1', seats: [...seats(2, 0), { number: '3', x: 2, y: 0, blocked: true }] },
        { name: '2', seats: [...seats(2, 1), { number: '3', x: 2, y: 1, kind: 'wheelchair' }] },
      ],
    },
    { kind: 'standing', name: 'S', capacity: 10 },
  ],
};

/** Prices that cover {@link smallMap}. */
export const grades = [
  { grade: 'VIP', price: 140_000, rows: [{ section: 'A', row: '1' }] },
  { grade: 'R', price: 99_000, sections: ['S'], rows: [{ section: 'A', row: '2' }] },
];

export const newPerformance = {
  title: { ko: '겨울 정원의 햄릿', en: 'Hamlet in the Winter Garden' },
  genre: 'play',
  startDate: '2027-01-01',
  endDate: '2027-01-31',
  cast: ['김배우'],
  runningMinutes: 120,
};

export interface House {
  readonly venue: z.output<typeof Venue>;
  readonly hall: z.output<typeof Hall>;
  readonly seatMap: z.output<typeof SeatMapRecord>;
}

/** A venue with a hall and a seat map. */
export async function buildHouse(by: Caller): Promise<House> {
  const venue = await by.make('/venues', newVenue, Venue);
  const hall = await by.make(`/venues/${venue.id}/halls`, { name: '대극장' }, Hall);
  const seatMap = await by.make(`/halls/${hall.id}/seat-maps`, { name: '기본', map: smallMap }, SeatMapRecord);
  return { venue, hall, seatMap };
}

export function addPerformance(by: Caller, { venue }: House, change: object = {}) {
  return by.make('/performances', { ...newPerformance, venueId: venue.id, ...change }, PerformanceRecord);
}

/** What to send for a session in that hall. */
export function newSession({ hall, seatMap }: House, change: object = {}) {
  return { startsAt: '2027-01-02T19:30:00+09:00', hallId: hall.id, seatMapId: seatMap.id, grades, ...change };
}

export function addSession(by: Caller, performanceId: string, session: object) {
  return by.make(`/performances/${performanceId}/sessions`, session, SessionRecord);
}
