import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { better, type Sample, timeAt, uncertaintyAt } from './sample.ts';

/** Asked at a moment of the own clock, with the two ways of the round trip; the server is ahead by so much. */
const sampleOf = (at: number, [there, back]: readonly [number, number], ahead: number): Sample => {
  const within = (there + back) / 2;
  return { server: at + there + ahead, at: at + within, within };
};
const ways = fc.tuple(fc.double({ min: 0, max: 500, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }));

it('is never wrong by more than it says, however long the ways to the server are', () => {
  const measured = fc.array(fc.tuple(fc.integer({ min: 1, max: 100_000 }), ways), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(measured, fc.integer({ min: -1e9, max: 1e9 }), (rounds, ahead) => {
      let [at, known] = [0, undefined as Sample | undefined];
      for (const [pause, way] of rounds) {
        at += pause;
        known = better(known, sampleOf(at, way, ahead));
        at += way[0] + way[1];
        expect(Math.abs(timeAt(known, at) - (at + ahead))).toBeLessThanOrEqual(uncertaintyAt(known, at) + 1e-3);
      }
    }),
  );
});

it('goes by the surer one, by a newer one when that has become as sure, and at once by another server', () => {
  const sure = sampleOf(0, [1, 1], 5_000);
  expect(better(sure, sampleOf(1_000, [50, 50], 5_000))).toBe(sure);
  const later = sampleOf(600_000, [50, 50], 5_000);
  expect(better(sure, later)).toBe(later);
  const other = sampleOf(1_000, [50, 50], 9_000);
  expect(better(sure, other)).toBe(other);
});
