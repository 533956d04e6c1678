import { describe, expect, it } from '@jest/globals';
import { genres, regions, SeatMapDocument } from '@ticketaka/performances/api';
import { addDays, demoData, demoSeatMaps } from './index.ts';

const around = '2026-11-20';
const data = demoData({ around });

describe('the demo catalogue', () => {
  it('has hundreds of performances in forty venues, everywhere and of every kind', () => {
    expect(data.performances.length).toBeGreaterThanOrEqual(300);
    expect(data.venues).toHaveLength(40);
    expect(new Set(data.venues.map(({ name }) => name)).size).toBe(40);
    expect(new Set(data.venues.map(({ region }) => region))).toEqual(new Set(regions));
    expect(new Set(data.performances.map(({ genre }) => genre))).toEqual(new Set(genres));
    expect(new Set(data.performances.map(({ title }) => title.ko)).size).toBe(data.performances.length);
  });

  it('lies around the day: some are over, many run, more are to come', () => {
    const ended = data.performances.filter(({ endDate }) => endDate < around).length;
    const coming = data.performances.filter(({ startDate }) => startDate > around).length;
    expect(ended).toBeGreaterThan(20);
    expect(coming).toBeGreaterThan(120);
    expect(data.performances.length - ended - coming).toBeGreaterThan(30);
  });

  it('is the same whenever it is made with the same seed, and another with another', () => {
    expect(demoData({ around })).toEqual(data);
    expect(demoData({ around, seed: 'other' }).performances[0]).not.toEqual(data.performances[0]);
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
  });
});

describe('the seat maps', () => {
  it.each([
    [0, 600],
    [1, 1_500],
    [2, 15_000],
    [3, 50_000],
  ])('map %d has %d units, each at a place of its own', (index, units) => {
    const map = SeatMapDocument.parse(demoSeatMaps()[index]?.map);
    const seats = map.sections.flatMap((section) =>
      section.kind === 'seated' ? section.rows.flatMap(({ seats: places }) => places) : [],
    );
    const standing = map.sections.reduce(
      (sum, section) => sum + (section.kind === 'standing' ? section.capacity : 0),
      0,
    );
    expect(seats.length + standing).toBe(units);
    expect(new Set(seats.map(({ x, y }) => `${x} ${y}`)).size).toBe(seats.length);
    expect(new Set(map.sections.map(({ name }) => name)).size).toBe(map.sections.length);
  });

  it('have the floors and the standing areas that their houses have', () => {
    const [, hall, , stadium] = demoSeatMaps();
    expect(new Set(hall?.map.sections.map(({ floor }) => floor))).toEqual(new Set(['1', '2', '3']));
    expect(stadium?.map.sections.filter(({ kind }) => kind === 'standing')).toHaveLength(4);
  });
});
