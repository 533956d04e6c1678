import { sql } from 'kysely';
import { type BookedPlaces, readBookedPlaces } from '../bookings/index.ts';
import type { CollectorTables } from '../collector/store/schema.ts';
import { mergeCharts } from '../domain/charts.ts';
import { addDays } from '../domain/seoul.ts';
import { genres } from '../schemas/common.ts';
import type { Db } from '../store/schema.ts';
import type { RankingList } from './rankings.ts';

/**
 * Two lists of each period and genre: as it is on a day in Asia/Seoul, and as it was the day before, so that it can be
 * told who moved. Each is one list out of the box office and of what is booked here.
 */
export async function readRankings(trx: Db, today: string): Promise<RankingList[]> {
  const boxOffice = Map.groupBy(await readBoxOffice(trx), keyOf);
  const booked = (await readBookedPlaces(trx, today)).flatMap((places) => withBookings(places, boxOffice, today));
  const merged = new Set(booked.map(keyOf));
  const alone = [...boxOffice].flatMap(([key, lists]) => (merged.has(key) ? [] : lists));
  return [...alone, ...booked];
}

const keyOf = ({ period, genre }: Pick<RankingList, 'period' | 'genre'>) => `${period} ${genre ?? ''}`;

function withBookings(
  { period, genre: given, places, before }: BookedPlaces,
  boxOffice: ReadonlyMap<string, readonly RankingList[]>,
  today: string,
): RankingList[] {
  const genre = given === null ? null : genres.find((known) => known === given);
  // A genre that there is no more has no list of its own.
  if (genre === undefined || (places.length === 0 && before.length === 0)) return [];
  const [newest, older] = (boxOffice.get(keyOf({ period, genre })) ?? []).toSorted((a, b) =>
    a.date < b.date ? 1 : -1,
  );
  return [
    { period, genre, date: today, places: [...mergeCharts(newest?.places ?? [], places)] },
    { period, genre, date: addDays(today, -1), places: [...mergeCharts(older?.places ?? [], before)] },
  ];
}

/** The two newest lists of each period and genre. */
async function readBoxOffice(trx: Db): Promise<RankingList[]> {
  // The same tables: the schema of the write side leaves out what the collector has.
  const db = trx.withTables<Pick<CollectorTables, 'rankings'>>();
  const day = sql<string>`DATE_FORMAT(r.date, '%Y-%m-%d')`.as('date');
  const newest = sql<number>`DENSE_RANK() OVER (PARTITION BY r.period, r.genre ORDER BY r.date DESC)`.as('age');
  const ranked = db
    .selectFrom('rankings as r')
    .select(['r.period', day, 'r.genre', 'r.place', 'r.performance_id', newest]);
  const rows = await db
    .selectFrom(ranked.as('n'))
    .selectAll()
    .where('n.age', '<=', 2)
    .orderBy('n.period')
    .orderBy('n.genre')
    .orderBy('n.date')
    .orderBy('n.place')
    .execute();
  const lists = Map.groupBy(rows, ({ period, genre, date }) => `${period} ${genre} ${date}`);
  return [...lists.values()].flatMap((list) => {
    const [first] = list;
    if (!first) return [];
    const places = list.flatMap(({ place, performance_id: performanceId }) =>
      performanceId === null ? [] : [{ place, performanceId }],
    );
    return [{ period: first.period, date: first.date, genre: first.genre === '' ? null : first.genre, places }];
  });
}
