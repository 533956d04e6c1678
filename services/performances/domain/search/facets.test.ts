import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { genres, regions, states } from '../../schemas/common.ts';
import { createSearchIndex, type Facets, type IndexEntry, type SearchRequest } from './index.ts';
import { entriesArbitrary, entry, queryArbitrary, today } from './test/entries.ts';
import { filtered, stateOf } from './test/plain-scan.ts';

const some = <T>(values: readonly T[]) => fc.option(fc.subarray(Array.from(values)), { nil: undefined, freq: 2 });
const day = fc.constantFrom('2026-01-31', '2026-11-20', '2027-02-01');
const price = fc.constantFrom(0, 29_999, 30_000, 100_000);
const requestArbitrary: fc.Arbitrary<SearchRequest> = fc.record({
  genres: some(genres),
  regions: some(regions),
  states: some(states),
  from: fc.option(day, { nil: undefined }),
  to: fc.option(day, { nil: undefined }),
  minPrice: fc.option(price, { nil: undefined }),
  maxPrice: fc.option(price, { nil: undefined }),
  venueId: fc.option(fc.constantFrom('a', 'b', 'unknown'), { nil: undefined, freq: 3 }),
  limit: fc.constant(100),
  today: fc.constant(today),
});

describe('filters', () => {
  it('let through what passes each of them', () => {
    fc.assert(
      fc.property(entriesArbitrary, requestArbitrary, (entries, request) => {
        const { hits, total } = indexOf(entries).search(request);
        const expected = filtered(entries, request).map(({ id }) => id);
        expect(hits.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
        expect(total).toBe(expected.length);
      }),
    );
  });

  it('combine with a query', () => {
    fc.assert(
      fc.property(entriesArbitrary, requestArbitrary, queryArbitrary, (entries, request, query) => {
        const index = indexOf(entries);
        const matching = new Set(index.search({ query, limit: 100, today }).hits.map(({ id }) => id));
        const expected = filtered(entries, request).filter(({ id }) => matching.has(id));
        const { hits, facets } = index.search({ ...request, query });
        expect(hits.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
        const found = entries.filter(({ id }) => matching.has(id));
        expect(counts(facets.genre)).toEqual(naive(filtered(found, request, 'genre'), ({ genre }) => genre));
      }),
    );
  });
});

describe('facets', () => {
  it('count what passes all filters but their own', () => {
    fc.assert(
      fc.property(entriesArbitrary, requestArbitrary, (entries, request) => {
        const { facets } = indexOf(entries).search(request);
        const without = (facet: 'genre' | 'region' | 'state') => filtered(entries, request, facet);
        expect(counts(facets.genre)).toEqual(naive(without('genre'), ({ genre }) => genre));
        expect(counts(facets.region)).toEqual(naive(without('region'), ({ region }) => region));
        expect(counts(facets.state)).toEqual(naive(without('state'), (each) => stateOf(each, today)));
      }),
    );
  });

  it('of months and prices count what choosing them finds', () => {
    fc.assert(
      fc.property(entriesArbitrary, requestArbitrary, (entries, request) => {
        const index = indexOf(entries);
        const { facets } = index.search(request);
        for (const { value, count } of facets.month) {
          expect(index.search({ ...request, from: `${value}-01`, to: `${value}-31` }).total).toBe(count);
        }
        for (const { value, count } of facets.price) {
          const [minPrice, maxPrice] = value.split('-').map((bound) => (bound === '' ? undefined : Number(bound)));
          expect(index.search({ ...request, minPrice, maxPrice }).total).toBe(count);
        }
        const priced = filtered(entries, request, 'price').filter(({ minPrice }) => minPrice !== null);
        expect(facets.price.length > 0).toBe(priced.length > 0);
      }),
    );
  });

  it('of months are those from a year ago to two years ahead, in order', () => {
    const { facets } = indexOf([entry('open run', { startDate: '2020-01-01', endDate: '2099-12-31' })]).search({
      limit: 1,
      today,
    });
    expect(facets.month).toHaveLength(37);
    expect([facets.month.at(0)?.value, facets.month.at(-1)?.value]).toEqual(['2025-11', '2028-11']);
  });

  it('name the genres with most performances first, states and prices in their own order', () => {
    const index = indexOf([
      entry('a', { genre: 'play', minPrice: 0, maxPrice: 200_000 }),
      entry('b', { genre: 'dance', cancelled: true }),
      entry('c', { genre: 'dance' }),
    ]);
    const { facets } = index.search({ limit: 1, today });
    expect(facets.genre).toEqual([
      { value: 'dance', count: 2 },
      { value: 'play', count: 1 },
    ]);
    expect(facets.state.map(({ value }) => value)).toEqual(['upcoming', 'cancelled']);
    const prices = ['0-0', '1-29999', '30000-59999', '60000-99999', '100000-149999', '150000-'];
    expect(facets.price.map(({ value }) => value)).toEqual(prices);
  });
});

function indexOf(entries: readonly IndexEntry[]) {
  const index = createSearchIndex();
  for (const each of entries) index.put(each);
  return index;
}

function counts(facet: Facets['genre']): Record<string, number> {
  return Object.fromEntries(facet.map(({ value, count }) => [value, count]));
}

function naive(entries: readonly IndexEntry[], valueOf: (entry: IndexEntry) => string): Record<string, number> {
  const byValue: Record<string, number> = {};
  for (const each of entries) byValue[valueOf(each)] = (byValue[valueOf(each)] ?? 0) + 1;
  return byValue;
}
