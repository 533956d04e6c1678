import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeRuns, encodeRuns } from '../schemas/run-length.ts';
import type { SeatMapDocument } from '../schemas/seat-map.ts';
import { anySeatMap } from '../test/any-seat-map.ts';
import { priceUnits, priceWithoutMap } from './prices.ts';
import { countUnits, unitsOf } from './seat-map.ts';

const seats = (blocked: boolean, ...numbers: string[]) =>
  numbers.map((number, x) => ({ number, x, y: 0, ...(blocked && { blocked }) }));
const map: SeatMapDocument = {
  sections: [
    {
      kind: 'seated',
      name: 'A',
      rows: [
        { name: '1', seats: seats(false, '1', '2') },
        { name: '2', seats: [...seats(false, '1'), { number: '2', x: 1, y: 1, blocked: true }] },
      ],
    },
    { kind: 'seated', name: 'pillar', rows: [{ name: '1', seats: seats(true, '1') }] },
    { kind: 'standing', name: 'S', capacity: 3 },
  ],
};
const grade = (name: string, sections: string[] = [], rows: { section: string; row: string }[] = []) => {
  return { grade: name, price: 1000, sections, rows };
};

describe('the prices of a session', () => {
  it('give each unit one grade and blocked ones none', () => {
    expect(
      priceUnits(map, [
        grade('VIP', [], [{ section: 'A', row: '1' }]),
        grade('R', ['S'], [{ section: 'A', row: '2' }]),
      ]),
    ).toEqual({ priced: { gradeRuns: [0, 2, 1, 1, -1, 2, 1, 3], units: [2, 4], capacity: 6 } });
  });

  it('are refused with what is missing, doubled, unknown and named twice', () => {
    const grades = [
      grade('VIP', ['A', 'B']),
      grade('R', [], [{ section: 'A', row: '2' }]),
      grade('R', [], [{ section: 'S', row: '1' }]),
    ];
    expect(priceUnits(map, grades)).toEqual({
      faults: {
        missing: [{ section: 'S', units: 3 }],
        doubled: [{ section: 'A', row: '2', grades: ['VIP', 'R'] }],
        unknown: [
          { grade: 'VIP', section: 'B' },
          { grade: 'R', section: 'S', row: '1' },
        ],
        sameName: ['R'],
      },
    });
  });

  it('count a place once that a grade names as a section and as a row', () => {
    const all = grade('R', ['A', 'S'], [{ section: 'A', row: '1' }]);
    expect(priceUnits(map, [all])).toMatchObject({ priced: { capacity: 6 } });
  });

  it('bind no places without a seat map', () => {
    expect(priceWithoutMap([grade('R'), grade('S')])).toEqual({
      priced: { gradeRuns: [], units: [0, 0], capacity: 0 },
    });
    expect(priceWithoutMap([grade('R', ['A'])])).toMatchObject({ faults: { unknown: [{ section: 'A' }] } });
  });

  it('cover every unit exactly once, or say what is wrong, whatever the grades are', () => {
    const withGrades = anySeatMap.chain((given) => {
      const sections = fc.subarray(given.sections.map(({ name }) => name));
      const grades = fc.array(sections, { minLength: 1, maxLength: 4 });
      return fc.record({ given: fc.constant(given), grades });
    });
    fc.assert(
      fc.property(withGrades, ({ given, grades }) => {
        const result = priceUnits(
          given,
          grades.map((sections, index) => grade(String(index), sections)),
        );
        const units = [...unitsOf(given)].filter(({ blocked }) => !blocked);
        const times = units.map(({ section }) => grades.filter((sections) => sections.includes(section)).length);
        expect('priced' in result).toBe(times.every((count) => count === 1));
        if (!('priced' in result)) return;
        const byUnit = [...decodeRuns(result.priced.gradeRuns)];
        expect(byUnit).toHaveLength(countUnits(given));
        for (const [index, unit] of [...unitsOf(given)].entries()) {
          const expected = unit.blocked ? -1 : grades.findIndex((sections) => sections.includes(unit.section));
          expect(byUnit[index]).toBe(expected);
        }
        expect(result.priced.capacity).toBe(units.length);
      }),
    );
  });
});

describe('runs', () => {
  it('become the same values again, and no two neighbours are alike', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 3 })), (values) => {
        const runs = encodeRuns(values);
        expect([...decodeRuns(runs)]).toEqual(values);
        for (let index = 2; index < runs.length; index += 2) expect(runs[index]).not.toBe(runs[index - 2]);
      }),
    );
  });
});
