import { describe, expect, it } from '@jest/globals';
import { judge } from './judge.ts';
import { at, attempt, done, type Fault, finds, soon, withHistory } from './judged-sale.ts';

describe('the judge of holds', () => {
  it('knows that a hold ends when it is let go, and may be lost in an outage', () => {
    const holdOf = (who: string, from: number) =>
      at(from, attempt('hold', who, done({ units: [2], holdId: who, expiresAt: from + 420_000 })));
    const letGo = withHistory(
      holdOf('min', 30_000),
      at(35_000, attempt('release', 'min', done({ units: [] }))),
      holdOf('sol', 40_000),
    );
    expect(judge(letGo)).toEqual([]);
    expect(judge(withHistory(holdOf('min', 9_000), holdOf('sol', 40_000)))).toEqual([]);
  });

  it.each<Fault>([
    [
      'a hold that lasts longer than it should',
      withHistory(at(30_000, attempt('hold', 'min', done({ units: [2], holdId: 'min', expiresAt: 17 * 60_000 })))),
      /^a hold of min-member was to last 990 seconds$/,
    ],
    [
      'a hold that is shorter than it should be',
      withHistory(at(30_000, attempt('hold', 'min', done({ units: [2], holdId: 'min', expiresAt: 60_000 })))),
      /^a hold of min-member was to last 30 seconds$/,
    ],
    [
      'a unit that two hold',
      withHistory(
        at(30_000, attempt('hold', 'min', done({ units: [2], holdId: 'min', expiresAt: soon - 30_000 }))),
        at(40_000, attempt('hold', 'sol', done({ units: [2], holdId: 'sol', expiresAt: soon - 20_000 }))),
      ),
      /^unit 2 .* was held by min-member, and held by sol-member before that was over$/,
    ],
    [
      'a unit that is offered to one and held by another',
      withHistory(
        at(30_000, attempt('offer', 'min', done({ units: [2], expiresAt: 2 * soon }))),
        at(40_000, attempt('hold', 'sol', done({ units: [2], holdId: 'sol', expiresAt: soon - 20_000 }))),
      ),
      /^unit 2 .* was offered to min-member, and held by sol-member before that was over$/,
    ],
  ])('finds %s', finds);
});
