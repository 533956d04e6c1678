import { sql } from 'kysely';
import type { Genre } from '../../schemas/common.ts';
import type { Db } from '../../store/schema.ts';

export interface Chart {
  readonly period: 'day' | 'week' | 'month';
  /** ISO date. */
  readonly date: string;
  /** Empty for all genres together. */
  readonly genre: Genre | '';
}

export interface Place {
  readonly place: number;
  readonly sourceId: string;
}

/** Replaces a chart. Nothing is written when it is so already. @returns whether it was not */
export async function putChart(trx: Db, chart: Chart, places: readonly Place[]): Promise<boolean> {
  const { period, date, genre } = chart;
  const ids = await performanceIds(
    trx,
    places.map(({ sourceId }) => sourceId),
  );
  const wanted = places.map(({ place, sourceId }) => ({
    ...chart,
    place,
    source_id: sourceId,
    performance_id: ids.get(sourceId) ?? null,
  }));
  const known = await trx
    .selectFrom('rankings')
    .select(['place', 'source_id', 'performance_id'])
    .where('period', '=', period)
    .where(sql<string>`date`, '=', date)
    .where('genre', '=', genre)
    .orderBy('place')
    .execute();
  if (text(known) === text(wanted)) return false;
  await trx
    .deleteFrom('rankings')
    .where('period', '=', period)
    .where(sql<string>`date`, '=', date)
    .where('genre', '=', genre)
    .execute();
  if (wanted.length > 0) await trx.insertInto('rankings').values(wanted).execute();
  return true;
}

/** Charts are looked at for months at most. */
export async function pruneCharts(db: Db, before: string): Promise<void> {
  await db.deleteFrom('rankings').where(sql<string>`date`, '<', before).execute();
}

function text(rows: readonly { place: number; source_id: string; performance_id: string | null }[]): string {
  return rows.map(({ place, source_id, performance_id }) => `${place} ${source_id} ${performance_id}`).join('\n');
}

async function performanceIds(trx: Db, sourceIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (sourceIds.length === 0) return new Map();
  const rows = await trx
    .selectFrom('performances')
    .select(['id', 'source_id'])
    .where('source', '=', 'kopis')
    .where('source_id', 'in', sourceIds)
    .execute();
  return new Map(rows.flatMap(({ id, source_id }) => (source_id === null ? [] : [[source_id, id] as const])));
}
