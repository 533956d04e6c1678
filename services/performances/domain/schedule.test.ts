import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { clash, isWithin, type Play, windowFaults } from './schedule.ts';

const at = (time: string) => new Date(`2026-12-24T${time}+09:00`);
const minutes = ({ startsAt, runningMinutes }: Play) =>
  Array.from({ length: runningMinutes ?? 1 }, (_, minute) => startsAt.getTime() / 60_000 + minute);
const window = (opens: string, closes: string, kind: 'presale' | 'general' = 'general') => {
  return { kind, opensAt: new Date(`${opens}+09:00`), closesAt: new Date(`${closes}+09:00`) };
};
const play = fc.record<Play>({
  startsAt: fc.integer({ min: 0, max: 600 }).map((minute) => new Date(minute * 60_000)),
  runningMinutes: fc.option(fc.integer({ min: 1, max: 240 })),
});

describe('two plays in a hall', () => {
  it.each([
    ['16:00', 120, false],
    ['15:59', 120, true],
    ['16:00', 121, true],
    ['14:00', null, true],
    ['14:01', null, false],
  ] as const)('at 14:00 and %s, the first of %s minutes: clash %s', (second, runningMinutes, expected) => {
    const one = { startsAt: at('14:00:00'), runningMinutes };
    expect(clash(one, { startsAt: at(`${second}:00`), runningMinutes: 60 })).toBe(expected);
  });

  it('clash exactly when some minute belongs to both', () => {
    fc.assert(
      fc.property(play, play, (one, other) => {
        const taken = new Set(minutes(one));
        expect(clash(one, other)).toBe(minutes(other).some((minute) => taken.has(minute)));
        expect(clash(other, one)).toBe(clash(one, other));
      }),
    );
  });
});

describe('the dates of a performance', () => {
  it('hold what starts on them in Seoul, midnight included', () => {
    const dates = { startDate: '2026-12-24', endDate: '2026-12-24' };
    expect(isWithin(at('00:00:00'), dates)).toBe(true);
    expect(isWithin(at('23:59:59'), dates)).toBe(true);
    expect(isWithin(new Date('2026-12-24T15:00:00Z'), dates)).toBe(false);
    expect(isWithin(new Date('2026-12-23T14:59:59Z'), dates)).toBe(false);
  });
});

describe('sale windows', () => {
  const startsAt = at('19:30:00');

  it('may last until the session starts, and follow each other at once', () => {
    const windows = [window('2026-11-01T14:00', '2026-12-01T14:00'), window('2026-12-01T14:00', '2026-12-24T19:30')];
    expect(windowFaults(windows, startsAt)).toEqual([]);
  });

  it('of a presale may overlap the general sale', () => {
    const windows = [
      window('2026-11-01T14:00', '2026-12-01T14:00'),
      window('2026-10-01T14:00', '2026-11-02T14:00', 'presale'),
    ];
    expect(windowFaults(windows, startsAt)).toEqual([]);
  });

  it.each([
    ['closes after the session starts', [window('2026-11-01T14:00', '2026-12-24T19:31')], 0],
    ['opens more than two years before the session', [window('2024-11-01T14:00', '2026-12-24T19:30')], 0],
    [
      'overlaps another general sale',
      [window('2026-11-01T14:00', '2026-12-01T14:00'), window('2026-11-30T14:00', '2026-12-02T14:00')],
      1,
    ],
  ] as const)('are refused when one %s', (en, windows, index) => {
    expect(windowFaults(windows, startsAt)).toMatchObject([{ index, message: { en } }]);
  });
});
