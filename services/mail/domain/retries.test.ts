import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, double, integer, property } from 'fast-check';
import { type EmailClass, emailClasses, secondsToNextAttempt } from './retries.ts';

/** Waits of an e-mail that never gets through. */
function waitsOf(emailClass: EmailClass) {
  const waits: number[] = [];
  for (;;) {
    const wait = secondsToNextAttempt(emailClass, waits.length + 1, 0.5);
    if (wait === undefined) return waits;
    waits.push(wait);
  }
}

const total = (waits: readonly number[]) => waits.reduce((sum, wait) => sum + wait, 0);

describe('secondsToNextAttempt', () => {
  it('gives a code up after five minutes, and news after a day', () => {
    expect(total(waitsOf('auth')) / 60).toBeCloseTo(4.6, 1);
    expect(total(waitsOf('realtime')) / 3_600).toBeCloseTo(24.1, 1);
  });

  it('waits longer each time', () => {
    for (const emailClass of emailClasses) {
      const waits = waitsOf(emailClass);
      expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    }
  });

  it('varies by a tenth and no more', () => {
    assert(
      property(
        constantFrom(...emailClasses),
        integer({ min: 1, max: 7 }),
        double({ min: 0, max: 1, noNaN: true }),
        (emailClass, failed, random) => {
          const middle = secondsToNextAttempt(emailClass, failed, 0.5) ?? 0;
          const wait = secondsToNextAttempt(emailClass, failed, random) ?? 0;
          expect(Math.abs(wait - middle)).toBeLessThanOrEqual(middle / 10 + 1e-9);
        },
      ),
    );
  });
});
