import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { dayInSeoul, startOfDayInSeoul } from './seoul.ts';
import { stateAt } from './state.ts';

const run = { startDate: '2026-12-24', endDate: '2026-12-26', cancelled: false };

const between = { min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true };

describe('the state of a performance', () => {
  it.each([
    ['2026-12-23T14:59:59.999Z', 'upcoming'],
    ['2026-12-23T15:00:00.000Z', 'running'],
    ['2026-12-26T14:59:59.999Z', 'running'],
    ['2026-12-26T15:00:00.000Z', 'ended'],
  ])('at %s is %s', (now, state) => {
    expect(stateAt(new Date(now), run)).toBe(state);
  });

  it('is cancelled whatever the day', () => {
    fc.assert(
      fc.property(fc.date(between), (now) => {
        expect(stateAt(now, { ...run, cancelled: true })).toBe('cancelled');
      }),
      { numRuns: 20 },
    );
  });

  it('of one day is running for exactly that day', () => {
    const oneDay = { startDate: '2027-01-01', endDate: '2027-01-01', cancelled: false };
    const begins = startOfDayInSeoul('2027-01-01').getTime();
    expect(stateAt(new Date(begins - 1), oneDay)).toBe('upcoming');
    expect(stateAt(new Date(begins), oneDay)).toBe('running');
    expect(stateAt(new Date(begins + 86_399_999), oneDay)).toBe('running');
    expect(stateAt(new Date(begins + 86_400_000), oneDay)).toBe('ended');
  });

  it('goes by days that begin when the calendar of Seoul says so', () => {
    const calendar = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Seoul' });
    fc.assert(fc.property(fc.date(between), (at) => expect(dayInSeoul(at)).toBe(calendar.format(at))));
  });
});
