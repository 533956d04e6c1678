import { states } from '../../schemas/common.ts';
import { type Columns, dayNumber, genrePlaces, regionPlaces, statePlaces, unpriced } from './columns.ts';
import type { SearchRequest } from './types.ts';

/** The bit of each filter in the answer of `failed`. Months and dates are one filter, as are price buckets and prices. */
export const filterBits = { genre: 1, region: 2, state: 4, month: 8, price: 16 } as const;

export interface Filters {
  /** The bits of the filters that the slot does not pass; 0 when it passes all. */
  failed(slot: number): number;
  /** Place in `states`, today. */
  state(slot: number): number;
}

const running = states.indexOf('running');
const upcoming = states.indexOf('upcoming');
const ended = states.indexOf('ended');
const cancelled = states.indexOf('cancelled');

/** The filters of a request but for the venue, which has no facet. */
export function filtersOf(request: SearchRequest, columns: Columns): Filters {
  const { genre, region, startDay, endDay, minPrice, maxPrice } = columns;
  const genresWanted = wanted(request.genres, genrePlaces);
  const regionsWanted = wanted(request.regions, regionPlaces);
  const statesWanted = wanted(request.states, statePlaces);
  const from = request.from === undefined ? 0 : dayNumber(request.from);
  const to = request.to === undefined ? Number.MAX_SAFE_INTEGER : dayNumber(request.to);
  const byPrice = request.minPrice !== undefined || request.maxPrice !== undefined;
  const { minPrice: least = 0, maxPrice: most = Number.MAX_SAFE_INTEGER } = request;
  const today = dayNumber(request.today);

  const state = (slot: number) => {
    if (columns.cancelled[slot] === 1) return cancelled;
    if ((endDay[slot] ?? 0) < today) return ended;
    return (startDay[slot] ?? 0) > today ? upcoming : running;
  };
  const failed = (slot: number) => {
    let bits = 0;
    if (genresWanted[genre[slot] ?? 0] === 0) bits |= filterBits.genre;
    if (regionsWanted[region[slot] ?? 0] === 0) bits |= filterBits.region;
    if (statesWanted[state(slot)] === 0) bits |= filterBits.state;
    if ((startDay[slot] ?? 0) > to || (endDay[slot] ?? 0) < from) bits |= filterBits.month;
    if (byPrice) {
      const lowest = minPrice[slot] ?? unpriced;
      if (lowest === unpriced || lowest > most || (maxPrice[slot] ?? unpriced) < least) bits |= filterBits.price;
    }
    return bits;
  };
  return { failed, state };
}

/** By place in the list of names 1 or 0; nothing chosen is everything. */
function wanted<T extends string>(chosen: readonly T[] | undefined, places: ReadonlyMap<T, number>): Uint8Array {
  const byPlace = new Uint8Array(places.size);
  if (chosen === undefined || chosen.length === 0) return byPlace.fill(1);
  for (const name of chosen) {
    const at = places.get(name);
    if (at !== undefined) byPlace[at] = 1;
  }
  return byPlace;
}
