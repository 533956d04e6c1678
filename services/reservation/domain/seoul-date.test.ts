import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { dateInSeoul, dayNumberInSeoul, instantInSeoul, weekdayOf } from './seoul-date.ts';
import { onTheWall } from './test/fee-table.ts';

const instant = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

describe('a day in Seoul', () => {
  it('has the date and the weekday of a calendar there', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const { date, weekday } = onTheWall(at);
        expect([dateInSeoul(at), weekdays[weekdayOf(dayNumberInSeoul(at))]]).toEqual([date, weekday]);
      }),
    );
  });

  it('begins at midnight there and ends a millisecond before the next', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const day = dayNumberInSeoul(at);
        const start = instantInSeoul(day, '00:00');
        expect(onTheWall(start).time).toBe('00:00:00.000');
        expect(dayNumberInSeoul(start)).toBe(day);
        expect(dayNumberInSeoul(new Date(start.getTime() - 1))).toBe(day - 1);
      }),
    );
  });

  it('shows the times of day of a clock there', () => {
    expect(instantInSeoul(dayNumberInSeoul(new Date('2026-12-24T15:00:00Z')), '17:30')).toEqual(
      new Date('2026-12-25T17:30:00+09:00'),
    );
  });
});
