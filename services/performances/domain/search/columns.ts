import { type Genre, genres, type Region, regions, type State, states } from '../../schemas/common.ts';
import { bucketsOf } from './price-buckets.ts';
import type { IndexEntry } from './types.ts';

/** No price known. */
export const unpriced = -1;

const placeOf = <T extends string>(names: readonly T[]) => new Map(names.map((name, at) => [name, at]));
export const genrePlaces: ReadonlyMap<Genre, number> = placeOf(genres);
export const regionPlaces: ReadonlyMap<Region, number> = placeOf(regions);
export const statePlaces: ReadonlyMap<State, number> = placeOf(states);

/** What is filtered, counted and sorted by, a typed array for each; a slot is a row. */
export class Columns {
  #capacity = 0;
  genre = new Uint8Array();
  region = new Uint8Array();
  cancelled = new Uint8Array();
  venue = new Int32Array();
  /** Days as yyyymmdd, months counted from year 0. */
  startDay = new Int32Array();
  endDay = new Int32Array();
  startMonth = new Int32Array();
  endMonth = new Int32Array();
  /** Won, or `unpriced`. */
  minPrice = new Int32Array();
  maxPrice = new Int32Array();
  /** A bit for each price bucket that the prices touch. */
  priceBuckets = new Uint8Array();
  popularity = new Float64Array();
  createdAt = new Float64Array();
  readonly #venueNumbers = new Map<string, number>();

  get capacity(): number {
    return this.#capacity;
  }

  write(slot: number, entry: IndexEntry): void {
    if (slot >= this.#capacity) this.#grow(Math.max(1024, Math.ceil((slot + 1) * 1.5)));
    this.genre[slot] = genrePlaces.get(entry.genre) ?? 0;
    this.region[slot] = regionPlaces.get(entry.region) ?? 0;
    this.cancelled[slot] = entry.cancelled ? 1 : 0;
    this.venue[slot] = this.#numberOfVenue(entry.venue.id);
    this.startDay[slot] = dayNumber(entry.startDate);
    this.endDay[slot] = dayNumber(entry.endDate);
    this.startMonth[slot] = monthNumber(entry.startDate);
    this.endMonth[slot] = monthNumber(entry.endDate);
    // One price that is known is both.
    const [lowest, highest] = [entry.minPrice ?? entry.maxPrice, entry.maxPrice ?? entry.minPrice];
    this.minPrice[slot] = lowest ?? unpriced;
    this.maxPrice[slot] = highest ?? unpriced;
    this.priceBuckets[slot] = lowest === null || highest === null ? 0 : bucketsOf(lowest, highest);
    this.popularity[slot] = entry.popularity;
    this.createdAt[slot] = entry.createdAt;
  }

  /** −1 for one that no performance ever had. */
  venueNumber(venueId: string): number {
    return this.#venueNumbers.get(venueId) ?? -1;
  }

  #numberOfVenue(venueId: string): number {
    const known = this.#venueNumbers.get(venueId);
    if (known !== undefined) return known;
    this.#venueNumbers.set(venueId, this.#venueNumbers.size);
    return this.#venueNumbers.size - 1;
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    this.genre = bytes(this.genre, capacity);
    this.region = bytes(this.region, capacity);
    this.cancelled = bytes(this.cancelled, capacity);
    this.venue = integers(this.venue, capacity);
    this.startDay = integers(this.startDay, capacity);
    this.endDay = integers(this.endDay, capacity);
    this.startMonth = integers(this.startMonth, capacity);
    this.endMonth = integers(this.endMonth, capacity);
    this.minPrice = integers(this.minPrice, capacity);
    this.maxPrice = integers(this.maxPrice, capacity);
    this.priceBuckets = bytes(this.priceBuckets, capacity);
    this.popularity = numbers(this.popularity, capacity);
    this.createdAt = numbers(this.createdAt, capacity);
  }
}

/** 20261224 for 2026-12-24. */
export function dayNumber(date: string): number {
  return Number(date.slice(0, 4)) * 10_000 + Number(date.slice(5, 7)) * 100 + Number(date.slice(8, 10));
}

/** Months since year 0. */
export function monthNumber(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
}

function bytes(from: Uint8Array, length: number) {
  const to = new Uint8Array(length);
  to.set(from);
  return to;
}

function integers(from: Int32Array, length: number) {
  const to = new Int32Array(length);
  to.set(from);
  return to;
}

function numbers(from: Float64Array, length: number) {
  const to = new Float64Array(length);
  to.set(from);
  return to;
}
