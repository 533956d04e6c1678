import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SeatMapDocument } from '../schemas/seat-map.ts';
import { anySeatMap } from '../test/any-seat-map.ts';
import { countUnits, faultsOf, sectionSummaries, unitsOf } from './seat-map.ts';

const seat = (number: string, x: number, blocked = false) => ({ number, x, y: 0, ...(blocked && { blocked }) });
const rows = (...names: string[]) => names.map((name, y) => ({ name, seats: [{ number: '1', x: 0, y }] }));
const standing = (name: string, capacity: number) => ({ kind: 'standing' as const, name, capacity });
const english = (map: SeatMapDocument) => faultsOf(map).map(({ place, message }) => ({ place, en: message.en }));

describe('the units of a seat map', () => {
  it('are numbered in the order of the document', () => {
    const map: SeatMapDocument = {
      sections: [
        { kind: 'seated', name: 'A', rows: [{ name: '1', seats: [seat('1', 0), seat('2', 1, true)] }, ...rows('2')] },
        { kind: 'standing', name: 'S', capacity: 2 },
      ],
    };
    expect([...unitsOf(map)]).toEqual([
      { section: 'A', row: '1', number: '1', blocked: false },
      { section: 'A', row: '1', number: '2', blocked: true },
      { section: 'A', row: '2', number: '1', blocked: false },
      { section: 'S', number: '1', blocked: false },
      { section: 'S', number: '2', blocked: false },
    ]);
  });

  it('keep their numbers through the schema and through JSON, and are as many as their sections say', () => {
    fc.assert(
      fc.property(anySeatMap, (map) => {
        const units = [...unitsOf(map)];
        expect([...unitsOf(SeatMapDocument.parse(JSON.parse(JSON.stringify(map))))]).toEqual(units);
        expect(units).toHaveLength(countUnits(map));
        expect(sectionSummaries(map).reduce((sum, section) => sum + section.units, 0)).toBe(units.length);
      }),
    );
  });

  it('keep their numbers when a section is added behind them', () => {
    fc.assert(
      fc.property(anySeatMap, (map) => {
        const more = { sections: [...map.sections, { kind: 'standing' as const, name: 'a new one', capacity: 3 }] };
        const units = [...unitsOf(map)];
        expect([...unitsOf(more)].slice(0, units.length)).toEqual(units);
      }),
    );
  });
});

describe('the faults of a seat map', () => {
  it('are none when it is good', () => {
    const sections = ['A', 'B'].map((name) => ({ kind: 'seated' as const, name, rows: rows('1', '2') }));
    expect(faultsOf({ sections })).toEqual([]);
  });

  it('name a section, a row and a seat that come twice', () => {
    const twice = { name: '1', seats: [seat('7', 0), seat('7', 1)] };
    const map: SeatMapDocument = {
      sections: [
        { kind: 'standing', name: 'A', capacity: 10 },
        { kind: 'seated', name: 'A', rows: [twice, { name: '1', seats: [seat('1', 5)] }] },
      ],
    };
    expect(english(map)).toEqual([
      { place: { section: 1 }, en: 'another section has this name' },
      { place: { section: 1, row: 0, seat: 1 }, en: 'another seat of this row has this number' },
      { place: { section: 1, row: 1 }, en: 'another row of this section has this name' },
    ]);
  });

  it('name a seat in the place of another one of its section', () => {
    const map: SeatMapDocument = {
      sections: [{ kind: 'seated', name: 'A', rows: [{ name: '1', seats: [seat('1', 3), seat('2', 3)] }] }],
    };
    expect(english(map)).toEqual([
      { place: { section: 0, row: 0, seat: 1 }, en: 'another seat of this section is at this position' },
    ]);
  });

  it('are too many units, or none to sell', () => {
    expect(faultsOf({ sections: [standing('A', 100_000)] })).toEqual([]);
    expect(english({ sections: [standing('A', 100_000), standing('B', 1)] })).toEqual([
      { place: {}, en: 'the map has 100001 units, at most 100000 are possible' },
    ]);
    const blocked: SeatMapDocument = {
      sections: [{ kind: 'seated', name: 'A', rows: [{ name: '1', seats: [seat('1', 0, true)] }] }],
    };
    expect(english(blocked)).toEqual([{ place: {}, en: 'every seat is blocked' }]);
  });
});
