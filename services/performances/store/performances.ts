import { sql } from 'kysely';
import type { z } from 'zod';
import type { NewPerformance, PerformanceRecord } from '../schemas/manage.ts';
import { databaseNow, nextVersion } from './clock.ts';
import { groupBy } from './group-by.ts';
import { containing } from './like.ts';
import type { Db } from './schema.ts';

type Performance = z.output<typeof PerformanceRecord>;
type Given = z.output<typeof NewPerformance>;

export async function findPerformance(db: Db, id: string): Promise<Performance | undefined> {
  const rows = await records(db).where('id', '=', id).execute();
  return (await withPosters(db, rows))[0];
}

export interface PerformancePage {
  /** Whose; undefined for all. */
  readonly organizerId: string | undefined;
  readonly query: string | undefined;
  readonly limit: number;
  /** The last id of the page before. */
  readonly after: string | undefined;
}

/** Newest first: ids are ordered by time. */
export async function listPerformances(db: Db, page: PerformancePage): Promise<Performance[]> {
  const { organizerId, query, limit, after } = page;
  let found = records(db).orderBy('id', 'desc').limit(limit);
  if (organizerId !== undefined) found = found.where('organizer_id', '=', organizerId);
  if (after !== undefined) found = found.where('id', '<', after);
  if (query) {
    const part = containing(query);
    found = found.where((row) => row.or([row('title_ko', 'like', part), row('title_en', 'like', part)]));
  }
  return withPosters(db, await found.execute());
}

export async function insertPerformance(
  trx: Db,
  { id, organizerId, given }: { readonly id: string; readonly organizerId: string; readonly given: Given },
): Promise<void> {
  await trx
    .insertInto('performances')
    .values({ id, organizer_id: organizerId, source: 'organizer', ...columnsOf(given) })
    .execute();
}

/** Replaces what was given of a performance. Its version is another's to raise. */
export async function updatePerformance(trx: Db, id: string, given: Given): Promise<void> {
  await trx.updateTable('performances').set(columnsOf(given)).where('id', '=', id).execute();
}

export async function markPerformanceCancelled(trx: Db, id: string): Promise<void> {
  await trx.updateTable('performances').set({ cancelled_at: databaseNow }).where('id', '=', id).execute();
}

/** Gives performances their next version. */
export async function raiseVersions(trx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await trx.updateTable('performances').set(nextVersion).where('id', 'in', ids).execute();
}

function columnsOf({ title, ...given }: Given) {
  return {
    title_ko: title.ko,
    title_en: title.en ?? null,
    genre: given.genre,
    venue_id: given.venueId,
    start_date: given.startDate,
    end_date: given.endDate,
    cast: JSON.stringify(given.cast),
    crew: JSON.stringify(given.crew),
    age_limit: given.ageLimit,
    running_minutes: given.runningMinutes,
    synopsis: given.synopsis,
    cancellation_policy: given.cancellationPolicy,
  };
}

const records = (db: Db) =>
  db
    .selectFrom('performances')
    .select([
      'id',
      'title_ko',
      'title_en',
      'genre',
      'venue_id',
      sql<string>`DATE_FORMAT(start_date, '%Y-%m-%d')`.as('start_date'),
      sql<string>`DATE_FORMAT(end_date, '%Y-%m-%d')`.as('end_date'),
      'cast',
      'crew',
      'age_limit',
      'running_minutes',
      'synopsis',
      'cancellation_policy',
      'organizer_id',
      'cancelled_at',
      'version',
      'created_at',
      'updated_at',
    ]);

type Row = Awaited<ReturnType<ReturnType<typeof records>['execute']>>[number];

async function withPosters(db: Db, rows: readonly Row[]): Promise<Performance[]> {
  if (rows.length === 0) return [];
  const posters = await db
    .selectFrom('posters')
    .select(['id', 'performance_id', 'widths'])
    .where(
      'performance_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('id')
    .execute();
  const byPerformance = groupBy(posters, (poster) => poster.performance_id);
  return rows.map((row) => ({
    id: row.id,
    title: { ko: row.title_ko, ...(row.title_en !== null && { en: row.title_en }) },
    genre: row.genre,
    venueId: row.venue_id,
    startDate: row.start_date,
    endDate: row.end_date,
    cast: [...row.cast],
    crew: [...row.crew],
    ageLimit: row.age_limit,
    runningMinutes: row.running_minutes,
    synopsis: row.synopsis,
    cancellationPolicy: row.cancellation_policy,
    organizerId: row.organizer_id,
    cancelled: row.cancelled_at !== null,
    posters: (byPerformance.get(row.id) ?? []).map(({ id, widths }) => ({ id, widths: [...widths] })),
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }));
}
