import { sql } from 'kysely';
import type { Db } from '../../store/schema.ts';
import type { Holiday } from '../source/holidays.ts';

/** ISO dates of all holidays that are known. */
export async function holidayDates(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('holidays').select(sql<string>`DATE_FORMAT(date, '%Y-%m-%d')`.as('date')).execute();
  return new Set(rows.map(({ date }) => date));
}

/** Replaces the holidays of a year. Nothing is written when they are so already. @returns whether they were not */
export async function putHolidays(trx: Db, year: number, holidays: readonly Holiday[]): Promise<boolean> {
  // A day that is two holidays is free once.
  const wanted = new Map(holidays.map(({ date, name }) => [date, name]));
  const known = await trx
    .selectFrom('holidays')
    .select([sql<string>`DATE_FORMAT(date, '%Y-%m-%d')`.as('date'), 'name'])
    .where(sql<number>`YEAR(date)`, '=', year)
    .execute();
  const same = known.length === wanted.size && known.every(({ date, name }) => wanted.get(date) === name);
  if (same) return false;
  await trx.deleteFrom('holidays').where(sql<number>`YEAR(date)`, '=', year).execute();
  const rows = [...wanted].map(([date, name]) => ({ date, name }));
  if (rows.length > 0) await trx.insertInto('holidays').values(rows).execute();
  return true;
}
