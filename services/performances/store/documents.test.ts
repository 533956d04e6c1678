import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { type OpenTestDatabase, openTestDatabase } from '@ticketaka/platform/testing';
import { migrations } from '../migrations/index.ts';
import { PerformanceDocument } from '../schemas/feed.ts';
import { insertPerformance, insertSession, insertVenue } from '../test/rows.ts';
import { documentOf, documentsAfter, documentsOf } from './documents.ts';
import type { Schema } from './schema.ts';

let db: OpenTestDatabase<Schema>;

beforeAll(async () => {
  db = await openTestDatabase<Schema>('performances', { migrations });
}, 60_000);

afterAll(() => db[Symbol.asyncDispose]());

describe('the document of a performance', () => {
  it('is whole, in order of time, and has the shape that is published', async () => {
    const { venueId, hallId } = await insertVenue(db.kysely);
    const performanceId = await insertPerformance(db.kysely, venueId);
    const later = await insertSession(db.kysely, { performanceId, hallId, at: '2026-12-25T10:30:00Z', price: 99_000 });
    const sooner = await insertSession(db.kysely, {
      performanceId,
      hallId,
      at: '2026-12-24T10:30:00Z',
      price: 140_000,
    });
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
    const { venueId, hallId } = await insertVenue(db.kysely);
    const performanceId = await insertPerformance(db.kysely, venueId);
    await insertSession(db.kysely, { performanceId, hallId, at: '2026-12-25T10:30:00Z', price: 1000, cancelled: true });
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
    const { venueId } = await insertVenue(db.kysely);
    for (const _ of [1, 2, 3]) await insertPerformance(db.kysely, venueId);
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
