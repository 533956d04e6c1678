import { newId } from '@ticketaka/platform/ids';
import type { Db } from '../store/schema.ts';

/** A venue with one hall, as rows. */
export async function insertVenue(db: Db) {
  const venue = { id: newId(), name: '별빛아트홀', region: 'seoul' as const, address: '서울 중구 1', creator_id: null };
  const unknown = { latitude: null, longitude: null, phone: null, url: null };
  const hall = { id: newId(), venue_id: venue.id, name: '대극장', creator_id: null };
  await db
    .insertInto('venues')
    .values({ ...venue, ...unknown })
    .execute();
  await db.insertInto('halls').values(hall).execute();
  return { venueId: venue.id, hallId: hall.id };
}

export async function insertPerformance(db: Db, venueId: string) {
  const id = newId();
  await db
    .insertInto('performances')
    .values({
      id,
      title_ko: '겨울 정원의 햄릿',
      title_en: null,
      genre: 'play',
      venue_id: venueId,
      start_date: '2026-12-01',
      end_date: '2027-01-31',
      cast: JSON.stringify(['김배우', '이배우']),
      crew: JSON.stringify([]),
      age_limit: 12,
      running_minutes: null,
      synopsis: '',
      cancellation_policy: 'play',
      organizer_id: null,
      source: 'organizer',
    })
    .execute();
  return id;
}

export interface PlayRow {
  readonly performanceId: string;
  readonly hallId: string;
  readonly at: string;
  readonly price: number;
  readonly cancelled?: boolean;
}

/** A session with one grade and one sale window. */
export async function insertSession(db: Db, { performanceId, hallId, at, price, cancelled = false }: PlayRow) {
  const id = newId();
  const sold = { seat_map_id: null, capacity: 0, grade_runs: JSON.stringify([0, 3, -1, 1]), per_member_limit: 4 };
  const cancelled_at = cancelled ? new Date() : null;
  const session = { id, performance_id: performanceId, starts_at: new Date(at), hall_id: hallId, cancelled_at };
  await db
    .insertInto('sessions')
    .values({ ...session, ...sold })
    .execute();
  const covered = { units: 3, sections: JSON.stringify(['A']), section_rows: JSON.stringify([]) };
  await db
    .insertInto('grades')
    .values({ session_id: id, position: 0, grade: 'R', price, ...covered })
    .execute();
  const opening = { opens_at: new Date('2026-11-20T05:00:00Z'), closes_at: new Date('2026-12-24T08:00:00Z') };
  const window = { session_id: id, position: 0, kind: 'general' as const, name: null, ...opening };
  await db
    .insertInto('sale_windows')
    .values({ ...window, code_salt: null, code_hash: null })
    .execute();
  return id;
}
