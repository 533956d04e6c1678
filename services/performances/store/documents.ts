import { sql } from 'kysely';
import type { PerformanceDocument } from '../schemas/feed.ts';
import { groupBy } from './group-by.ts';
import { posterOf } from './poster-urls.ts';
import type { Db } from './schema.ts';

type Session = PerformanceDocument['sessions'][number];

/**
 * What the catalogue shows of a performance, read in the given transaction. The one builder of documents: change events
 * and the catalogue's snapshot both come from here.
 * @returns undefined when there is no such performance
 */
export async function documentOf(db: Db, performanceId: string): Promise<PerformanceDocument | undefined> {
  return (await documentsOf(db, [performanceId]))[0];
}

/** The documents of the next `limit` performances after the given id, in the order of their ids. For a snapshot. */
export async function documentsAfter(db: Db, after: string | undefined, limit: number): Promise<PerformanceDocument[]> {
  let next = db.selectFrom('performances').select('id').orderBy('id').limit(limit);
  if (after !== undefined) next = next.where('id', '>', after);
  return documentsOf(
    db,
    (await next.execute()).map(({ id }) => id),
  );
}

/** Documents by id, in the order of their ids; those that do not exist are left out. A few hundred at a time. */
export async function documentsOf(db: Db, ids: readonly string[]): Promise<PerformanceDocument[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('performances as p')
    .innerJoin('venues as v', 'v.id', 'p.venue_id')
    .select([
      'p.id',
      'p.title_ko',
      'p.title_en',
      'p.genre',
      sql<string>`DATE_FORMAT(p.start_date, '%Y-%m-%d')`.as('start_date'),
      sql<string>`DATE_FORMAT(p.end_date, '%Y-%m-%d')`.as('end_date'),
      'p.cast',
      'p.crew',
      'p.age_limit',
      'p.running_minutes',
      'p.synopsis',
      'p.schedule_text',
      'p.cancellation_policy',
      'p.organizer_id',
      'p.organizer_name',
      'p.source',
      'p.cancelled_at',
      'p.version',
      'p.updated_at',
      'v.id as venue_id',
      'v.name as venue_name',
      'v.region',
    ])
    .where('p.id', 'in', ids)
    .orderBy('p.id')
    .execute();
  const [sessions, posters] = [await sessionsOf(db, ids), await firstPosters(db, ids)];
  return rows.map((row) => {
    const played = sessions.get(row.id) ?? [];
    return {
      id: row.id,
      title: { ko: row.title_ko, ...(row.title_en !== null && { en: row.title_en }) },
      genre: row.genre,
      startDate: row.start_date,
      endDate: row.end_date,
      venue: { id: row.venue_id, name: row.venue_name, region: row.region },
      cast: [...row.cast],
      crew: [...row.crew],
      ageLimit: row.age_limit,
      runningMinutes: row.running_minutes,
      synopsis: row.synopsis,
      scheduleText: row.schedule_text,
      organizer: row.organizer_name,
      organizerId: row.organizer_id,
      source: row.source,
      cancellationPolicy: row.cancellation_policy,
      cancelled: row.cancelled_at !== null,
      version: row.version,
      updatedAt: row.updated_at.toISOString(),
      poster: posters.get(row.id) ?? null,
      ...priceRange(played),
      sessions: played,
    };
  });
}

/** What is called off has no price any more. */
function priceRange(sessions: readonly Session[]) {
  const prices = sessions
    .filter(({ cancelled }) => !cancelled)
    .flatMap(({ grades }) => grades.map(({ price }) => price));
  if (prices.length === 0) return { minPrice: null, maxPrice: null };
  // Reduced, since an argument list has a limit.
  const fold = (pick: (...two: number[]) => number) => prices.reduce((one, other) => pick(one, other));
  return { minPrice: fold(Math.min), maxPrice: fold(Math.max) };
}

async function sessionsOf(db: Db, performanceIds: readonly string[]): Promise<Map<string, Session[]>> {
  const rows = await db
    .selectFrom('sessions as s')
    .innerJoin('halls as h', 'h.id', 's.hall_id')
    .select([
      's.id',
      's.performance_id',
      's.starts_at',
      'h.name as hall',
      's.seat_map_id',
      's.capacity',
      's.grade_runs',
      's.per_member_limit',
      's.cancelled_at',
    ])
    .where('s.performance_id', 'in', performanceIds)
    .orderBy('s.starts_at')
    .orderBy('s.id')
    .execute();
  const ofThese = db.selectFrom('sessions').select('id').where('performance_id', 'in', performanceIds);
  const grades = await db
    .selectFrom('grades')
    .select(['session_id', 'grade', 'price', 'units'])
    .where('session_id', 'in', ofThese)
    .orderBy('session_id')
    .orderBy('position')
    .execute();
  const windows = await db
    .selectFrom('sale_windows')
    .select(['session_id', 'kind', 'name', 'opens_at', 'closes_at'])
    .where('session_id', 'in', ofThese)
    .orderBy('session_id')
    .orderBy('position')
    .execute();
  const gradesBySession = groupBy(grades, (grade) => grade.session_id);
  const windowsBySession = groupBy(windows, (window) => window.session_id);
  const documents = groupBy(rows, (row) => row.performance_id);
  return new Map(
    [...documents].map(([performanceId, played]) => [
      performanceId,
      played.map((row) => ({
        id: row.id,
        startsAt: row.starts_at.toISOString(),
        hall: row.hall,
        seatMapId: row.seat_map_id,
        capacity: row.capacity,
        cancelled: row.cancelled_at !== null,
        grades: (gradesBySession.get(row.id) ?? []).map(({ grade, price, units }) => ({ grade, price, units })),
        saleWindows: (windowsBySession.get(row.id) ?? []).map(({ kind, name, opens_at, closes_at }) => ({
          kind,
          name,
          opensAt: opens_at.toISOString(),
          closesAt: closes_at.toISOString(),
        })),
        perMemberLimit: row.per_member_limit,
        gradeRuns: [...row.grade_runs],
      })),
    ]),
  );
}

async function firstPosters(db: Db, performanceIds: readonly string[]) {
  const rows = await db
    .selectFrom('posters')
    .select(['id', 'performance_id', 'widths'])
    .where('performance_id', 'in', performanceIds)
    .orderBy('id', 'desc')
    .execute();
  // The map keeps what is set last: the oldest, which is the one that is shown.
  return new Map(rows.map(({ id, performance_id, widths }) => [performance_id, posterOf(id, widths)]));
}
