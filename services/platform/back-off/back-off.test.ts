import { describe, expect, it } from '@jest/globals';
import { assert, double, integer, property } from 'fast-check';
import { backOff } from './index.ts';

describe('backOff', () => {
  it('doubles from 100 ms to 5 s', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 100].map((attempt) => backOff(attempt, () => 1));
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('takes away a random part, of a half at most', () => {
    assert(
      property(integer({ min: 0, max: 1_000 }), double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const wait = backOff(attempt, () => random);
        const full = backOff(attempt, () => 1);
        expect(wait).toBeGreaterThanOrEqual(full / 2);
        expect(wait).toBeLessThanOrEqual(full);
      }),
    );
  });
});
