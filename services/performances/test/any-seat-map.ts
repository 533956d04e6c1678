import * as fc from 'fast-check';
import type { SeatMapDocument } from '../schemas/seat-map.ts';

const alphabet = ['A', 'B', '가', '나', '1', '2', ' ', ',', '"', '\n', "'", '=', '+', '-', '@', ';'];
const name = fc
  .string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 6 })
  .map((text) => text.trim())
  .filter((text) => text !== '');
const coordinate = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -100_000, max: 100_000, noNaN: true }).map((value) => value + 0),
);
const floor = fc.option(fc.constantFrom('1', '2', 'B1'), { nil: undefined });

/** Without the keys whose value is undefined, as JSON has it. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

const row = fc.record({
  name,
  seats: fc.uniqueArray(
    fc.record({
      number: name,
      x: coordinate,
      y: coordinate,
      kind: fc.option(fc.constantFrom('seat', 'wheelchair', 'companion'), { nil: undefined }),
      blocked: fc.option(fc.boolean(), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 6, selector: ({ number }) => number },
  ),
});
const seated = fc.record({
  kind: fc.constant('seated'),
  name,
  floor,
  rows: fc.uniqueArray(row, { minLength: 1, maxLength: 4, selector: (given) => given.name }),
});
const standing = fc.record({
  kind: fc.constant('standing'),
  name,
  floor,
  capacity: fc.integer({ min: 1, max: 50 }),
  outline: fc.option(fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 5 }), { nil: undefined }),
});

/** Seat maps of every kind that have no faults but perhaps that nothing is for sale, or seats in one place. */
export const anySeatMap: fc.Arbitrary<SeatMapDocument> = fc
  .uniqueArray(fc.oneof(seated, standing), { minLength: 1, maxLength: 5, selector: (section) => section.name })
  // The generators were written after the schema; undefined is dropped here, as its optional fields ask for.
  .map((sections) => plain({ sections }) as SeatMapDocument);
