import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, migrate, openDatabase } from '@ticketaka/platform/mariadb';
import { createTestDatabase, type TestDatabase } from '@ticketaka/platform/testing';
import { migrations } from '../migrations/index.ts';
import { PerformanceDocument } from '../schemas/feed.ts';
import { documentOf, documentsAfter, documentsOf } from './documents.ts';
import type { Schema } from './schema.ts';

const log = createLogger({ service: 'performances', workload: 'test', level: 'silent' });
let server: TestDatabase;
let db: Database<Schema>;

beforeAll(async () => {
  server = await createTestDatabase('performances');
  db = await openDatabase<Schema>({ url: server.url, log });
  await migrate(db, migrations, log);
}, 60_000);

afterAll(async () => {
  await db.close();
  await server[Symbol.asyncDispose]();
});

async function insertVenue() {
  const venue = { id: newId(), name: '별빛아트홀', region: 'seoul' as const, address: '서울 중구 1', creator_id: null };
  const unknown = { latitude: null, longitude: null, phone: null, url: null };
  const hall = { id: newId(), venue_id: venue.id, name: '대극장', creator_id: null };
  await db.kysely
    .insertInto('venues')
    .values({ ...venue, ...unknown })
    .execute();
  await db.kysely.insertInto('halls').values(hall).execute();
  return { venueId: venue.id, hallId: hall.id };
}

async function insertPerformance(venueId: string) {
  const id = newId();
  await db.kysely
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

interface Play {
  readonly performanceId: string;
  readonly hallId: string;
  readonly at: string;
  readonly price: number;
  readonly cancelled?: boolean;
}

async function insertSession({ performanceId, hallId, at, price, cancelled = false }: Play) {
  const id = newId();
  const sold = { seat_map_id: null, capacity: 0, grade_runs: JSON.stringify([0, 3, -1, 1]), per_member_limit: 4 };
  const cancelled_at = cancelled ? new Date() : null;
  const session = { id, performance_id: performanceId, starts_at: new Date(at), hall_id: hallId, cancelled_at };
  await db.kysely
    .insertInto('sessions')
    .values({ ...session, ...sold })
    .execute();
  const covered = { units: 3, sections: JSON.stringify(['A']), section_rows: JSON.stringify([]) };
  await db.kysely
    .insertInto('grades')
    .values({ session_id: id, position: 0, grade: 'R', price, ...covered })
    .execute();
  const opening = { opens_at: new Date('2026-11-20T05:00:00Z'), closes_at: new Date('2026-12-24T08:00:00Z') };
  await db.kysely
    .insertInto('sale_windows')
    .values({
      session_id: id,
      position: 0,
      kind: 'general',
      name: null,
      code_salt: null,
      code_hash: null,
      ...opening,
    })
    .execute();
  return id;
}

describe('the document of a performance', () => {
  it('is whole, in order of time, and has the shape that is published', async () => {
    const { venueId, hallId } = await insertVenue();
    const performanceId = await insertPerformance(venueId);
    const later = await insertSession({ performanceId, hallId, at: '2026-12-25T10:30:00Z', price: 99_000 });
    const sooner = await insertSession({ performanceId, hallId, at: '2026-12-24T10:30:00Z', price: 140_000 });
    await db.kysely
      .insertInto('posters')
      .values([
        { id: '0193e3a0-7b3c-7000-8000-000000000002', performance_id: performanceId, widths: '[320]' },
        { id: '0193e3a0-7b3c-7000-8000-000000000001', performance_id: performanceId, widths: '[320,640]' },
      ])
      .execute();
    const document = await documentOf(db.kysely, performanceId);
    expect(PerformanceDocument.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      title: { ko: '겨울 정원의 햄릿' },
      startDate: '2026-12-01',
      endDate: '2027-01-31',
      cast: ['김배우', '이배우'],
      venue: { id: venueId, name: '별빛아트홀', region: 'seoul' },
      minPrice: 99_000,
      maxPrice: 140_000,
      version: 1,
      cancelled: false,
      sessions: [{ id: sooner }, { id: later }],
    });
    expect(document?.sessions[0]).toMatchObject({
      startsAt: '2026-12-24T10:30:00.000Z',
      hall: '대극장',
      gradeRuns: [0, 3, -1, 1],
      grades: [{ grade: 'R', price: 140_000, units: 3 }],
      saleWindows: [{ kind: 'general', opensAt: '2026-11-20T05:00:00.000Z' }],
    });
    expect(document?.poster?.widths.map(({ url }) => url)).toEqual([
      '/api/performances/posters/0193e3a0-7b3c-7000-8000-000000000001/320.webp',
      '/api/performances/posters/0193e3a0-7b3c-7000-8000-000000000001/640.webp',
    ]);
  });

  it('takes no price from a session that was called off', async () => {
    const { venueId, hallId } = await insertVenue();
    const performanceId = await insertPerformance(venueId);
    await insertSession({ performanceId, hallId, at: '2026-12-25T10:30:00Z', price: 1000, cancelled: true });
    expect(await documentOf(db.kysely, performanceId)).toMatchObject({
      minPrice: null,
      maxPrice: null,
      sessions: [{ cancelled: true }],
    });
  });

  it('is undefined when there is no such performance', async () => {
    expect(await documentOf(db.kysely, newId())).toBeUndefined();
    expect(await documentsOf(db.kysely, [])).toEqual([]);
  });

  it('comes page by page for a snapshot, each performance once', async () => {
    const { venueId } = await insertVenue();
    for (const _ of [1, 2, 3]) await insertPerformance(venueId);
    const ids: string[] = [];
    for (;;) {
      const page = await documentsAfter(db.kysely, ids.at(-1), 2);
      if (page.length === 0) break;
      ids.push(...page.map(({ id }) => id));
    }
    const all = await db.kysely.selectFrom('performances').select('id').orderBy('id').execute();
    expect(ids).toEqual(all.map(({ id }) => id));
  });
});
