import { describe, expect, it } from '@jest/globals';
import { duplicatesIn, judge } from './judge.ts';
import { at, attempt, done, good, jinTold, withHistory } from './judged-sale.ts';

describe('the judge of a sale', () => {
  it('has nothing to say about a good one, with failures while something was away', () => {
    expect(judge(good)).toEqual([]);
  });

  it('says each unit that was sold twice, and how many those are', () => {
    const twice = withHistory(
      at(7_000, attempt('book', 'min', done({ ...jinTold, reservationId: 'min', units: [1] }))),
    );
    expect(duplicatesIn(judge(twice))).toBe(1);
  });
});
