import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import { placesByTickets, type Standing } from '../domain/charts.ts';
import { addDays } from '../domain/seoul.ts';

const periods = ['day', 'week', 'month'] as const;

/** Days that end with today. */
const daysOf = { day: 1, week: 7, month: 30 } as const;

/** What is booked most, of one genre or of all. */
export interface BookedPlaces {
  readonly period: (typeof periods)[number];
  /** Null for all together. */
  readonly genre: string | null;
  readonly places: readonly Standing[];
  /** A day earlier. */
  readonly before: readonly Standing[];
}

interface Row {
  readonly genre: string;
  readonly performanceId: string;
  /** Tickets of the day, the week and the month, and then of those a day earlier. */
  readonly tickets: readonly number[];
}

/** The places of what is booked here, in the periods that end with a day in Asia/Seoul. */
export async function readBookedPlaces(db: Executor, today: string): Promise<readonly BookedPlaces[]> {
  const rows = await readCounts(db, today);
  const byGenre = [[null, rows] as const, ...Map.groupBy(rows, ({ genre }) => genre)];
  return periods.flatMap((period, index) =>
    byGenre.map(([genre, some]) => ({
      period,
      genre,
      places: placesByTickets(sumsOf(some, index)),
      before: placesByTickets(sumsOf(some, index + periods.length)),
    })),
  );
}

async function readCounts(db: Executor, today: string): Promise<readonly Row[]> {
  const ends = [today, addDays(today, -1)];
  const windows = ends.flatMap((to) => periods.map((period) => ({ from: addDays(to, 1 - daysOf[period]), to })));
  const sums = windows.map(
    ({ from, to }, index) =>
      sql`CAST(SUM(IF(day BETWEEN ${from} AND ${to}, tickets, 0)) AS SIGNED) AS ${sql.ref(`sum${index}`)}`,
  );
  const { rows } = await sql<Record<string, unknown>>`
    SELECT genre, performance_id, ${sql.join(sums)} FROM booking_counts
    WHERE day BETWEEN ${addDays(today, -daysOf.month)} AND ${today}
    GROUP BY genre, performance_id ORDER BY genre, performance_id`.execute(db);
  return rows.map((row) => ({
    genre: String(row['genre']),
    performanceId: String(row['performance_id']),
    tickets: windows.map((_, index) => Number(row[`sum${index}`])),
  }));
}

function sumsOf(rows: readonly Row[], window: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { performanceId, tickets } of rows) {
    sums.set(performanceId, (sums.get(performanceId) ?? 0) + (tickets[window] ?? 0));
  }
  return sums;
}
