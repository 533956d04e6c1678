import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, integer, property, tuple, uniqueArray } from 'fast-check';
import { mergeCharts, placesByTickets, type Standing } from './charts.ts';

const standings = (...given: readonly (readonly [place: number, performanceId: string])[]): Standing[] =>
  given.map(([place, performanceId]) => ({ place, performanceId }));

describe('places by tickets', () => {
  it('are those of most tickets first, and one for as many', () => {
    const tickets = new Map([
      ['d', 2],
      ['a', 1],
      ['c', 5],
      ['b', 5],
    ]);
    expect(placesByTickets(tickets)).toEqual(standings([1, 'b'], [1, 'c'], [3, 'd'], [4, 'a']));
  });

  it('are not for what was all given back', () => {
    expect(
      placesByTickets(
        new Map([
          ['a', 0],
          ['b', -2],
        ]),
      ),
    ).toEqual([]);
  });
});

describe('one list of two', () => {
  it('has each with the better of its places, and the box office first of equals', () => {
    const boxOffice = standings([1, 'film'], [2, 'musical'], [4, 'play']);
    const booked = standings([1, 'play'], [2, 'dance'], [2, 'circus']);
    expect(mergeCharts(boxOffice, booked)).toEqual(
      standings([1, 'film'], [2, 'play'], [3, 'musical'], [4, 'dance'], [5, 'circus']),
    );
  });

  it('is the box office as it is where nothing is booked', () => {
    const boxOffice = standings([2, 'a'], [5, 'b']);
    expect(mergeCharts(boxOffice, [])).toEqual(boxOffice);
  });

  it('has everybody once, numbered from one, and never lets more tickets be a worse place', () => {
    const name = constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    const counts = array(tuple(name, integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 10 });
    const names = uniqueArray(name, { maxLength: 10 });
    assert(
      property(names, counts, (official, sold) => {
        const boxOffice = official.map((performanceId, index) => ({ place: index + 1, performanceId }));
        const tickets = new Map(sold);
        const merged = mergeCharts(boxOffice, placesByTickets(tickets));
        expect(merged.map(({ place }) => place)).toEqual(merged.map((_, index) => index + 1));
        expect(merged.map(({ performanceId }) => performanceId).toSorted()).toEqual(
          [...new Set([...official, ...tickets.keys()])].toSorted(),
        );
        const placeOf = (list: readonly Standing[], id: string) =>
          list.find(({ performanceId }) => performanceId === id)?.place ?? Infinity;
        for (const [id, count] of tickets) {
          const more = new Map(tickets).set(id, count + 1);
          expect(placeOf(mergeCharts(boxOffice, placesByTickets(more)), id)).toBeLessThanOrEqual(placeOf(merged, id));
        }
      }),
    );
  });
});
