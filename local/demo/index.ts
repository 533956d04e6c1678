import type { SeatMapDocument } from '@ticketaka/performances/api';
import { type DemoPerformance, demoPerformances } from './performances.ts';
import { arena, musicalHall, stadium, theatre } from './seat-maps/index.ts';
import { type DemoVenue, demoVenues, houses } from './venues.ts';

export { addDays, todayInSeoul, weekday } from './dates.ts';
export type { DemoPerformance } from './performances.ts';
export { createRandom, type Random } from './random.ts';
export type { DemoVenue } from './venues.ts';

export interface DemoSeatMap {
  readonly venueId: string;
  readonly hall: string;
  readonly name: string;
  readonly map: SeatMapDocument;
}

export interface DemoData {
  readonly venues: readonly DemoVenue[];
  readonly performances: readonly DemoPerformance[];
}

export interface DemoOptions {
  /** Another seed gives other names, dates and prices. @default 'ticketaka' */
  readonly seed?: string;
  /** ISO date in Asia/Seoul that the performances lie around. */
  readonly around: string;
  /** @default 400 */
  readonly count?: number;
}

/** A catalogue of invented performances. Pure: the same options give the same data. */
export function demoData({ seed = 'ticketaka', around, count = 400 }: DemoOptions): DemoData {
  const venues = demoVenues(seed);
  return { venues, performances: demoPerformances({ seed, around, venues, count }) };
}

const maps = { theatre, musicalHall, arena, stadium };
const names = {
  theatre: '기본 600석',
  musicalHall: '기본 1,500석',
  arena: '원형 15,000석',
  stadium: '스탠딩 포함 50,000석',
};

/** The four houses that are sold by seat, with the halls they belong to. */
export function demoSeatMaps(seed = 'ticketaka'): readonly DemoSeatMap[] {
  const venues = demoVenues(seed);
  return houses.map(({ name, hall, map }) => {
    const venue = venues.find((one) => one.name === name);
    if (!venue) throw new TypeError(`there is no ${name}`);
    return { venueId: venue.id, hall, name: names[map], map: maps[map]() };
  });
}
