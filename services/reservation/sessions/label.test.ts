import { describe, expect, it } from '@jest/globals';
import type { SeatMapDocument } from '@ticketaka/performances/api';
import * as fc from 'fast-check';
import { Labels } from './label.ts';

type Section = SeatMapDocument['sections'][number];

const seated = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }).map(
  (rows): Omit<Extract<Section, { kind: 'seated' }>, 'name'> => ({
    kind: 'seated',
    floor: '2',
    rows: rows.map((seats, y) => ({
      name: `${y + 1}열`,
      seats: Array.from({ length: seats }, (_, x) => ({ number: String(x + 1), x, y })),
    })),
  }),
);
const standing = fc
  .integer({ min: 1, max: 30 })
  .map((capacity): Omit<Extract<Section, { kind: 'standing' }>, 'name'> => ({ kind: 'standing', capacity }));
const map = fc
  .array(fc.oneof(seated, standing), { minLength: 1, maxLength: 6 })
  .map((sections): SeatMapDocument => ({ sections: sections.map((section, at) => ({ ...section, name: `S${at}` })) }));

/** As they are counted: section by section, row by row. */
function inTurn({ sections }: SeatMapDocument) {
  return sections.flatMap((section) =>
    section.kind === 'standing'
      ? Array.from({ length: section.capacity }, (_, at) => ({ section: section.name, number: String(at + 1) }))
      : section.rows.flatMap((row) =>
          row.seats.map(({ number }) => ({ section: section.name, floor: '2', row: row.name, number })),
        ),
  );
}

describe('labels', () => {
  it('are those of the units in the order of the map', () => {
    fc.assert(
      fc.property(map, (document) => {
        const labels = new Labels(document);
        const expected = inTurn(document);
        expect(labels.units).toBe(expected.length);
        expect(expected.map((_, unit) => labels.of(unit))).toEqual(expected);
        expect(expected.map((_, unit) => labels.isStanding(unit))).toEqual(expected.map((label) => !('row' in label)));
      }),
    );
  });

  it.each([-1, 3, 1.5])('are none for what is no unit: %d', (unit) => {
    const labels = new Labels({ sections: [{ kind: 'standing', name: 'F', capacity: 3 }] });
    expect(() => labels.of(unit)).toThrow(RangeError);
  });
});
