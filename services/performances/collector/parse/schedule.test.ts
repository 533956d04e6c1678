import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { addDays } from '../../domain/seoul.ts';
import { datedSessions, instantOf, sessionDates, weekday } from './dated-sessions.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

const day = (index: number) => '월화수목금토일'.charAt(index);

function parsed(text: string): Schedule {
  const result = parseSchedule(text);
  if (!result.ok) throw new Error(`${result.fault.reason}: ${result.fault.fragment}`);
  return result.value;
}

/** Monday 2026-11-23 to Sunday 2026-11-29. */
const week = { from: '2026-11-23', to: '2026-11-29' };
const inWeek = (text: string, ...holidays: string[]) =>
  datedSessions(parsed(text), { ...week, holidays: new Set(holidays) }).map(
    ({ date, time }) => `${date.slice(8)} ${time}`,
  );

const hhmm = ({ hour, minute }: { hour: number; minute: number }) =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
const sorted = (times: readonly string[]) => [...new Set(times)].toSorted();

describe('a schedule', () => {
  it('is read as KOPIS writes it', () => {
    expect(inWeek('화요일 ~ 금요일(20:00), 토요일(16:00,19:00), HOL(14:00)')).toEqual([
      '24 20:00',
      '25 20:00',
      '26 20:00',
      '27 20:00',
      '28 16:00',
      '28 19:00',
    ]);
  });

  it('has ranges that go over the end of the week', () => {
    expect(inWeek('금요일 ~ 월요일(19:30)')).toEqual(['23 19:30', '27 19:30', '28 19:30', '29 19:30']);
  });

  it('gives holidays their own times where there are any, in one segment or in several', () => {
    expect(inWeek('화요일(20:00), HOL(14:00), HOL(18:00)', '2026-11-24')).toEqual(['24 14:00', '24 18:00']);
    expect(inWeek('토요일, HOL(15:00)', '2026-11-26')).toEqual(['26 15:00', '28 15:00']);
  });

  it('treats holidays as ordinary days where it says nothing of them', () => {
    expect(inWeek('화요일(20:00)', '2026-11-24')).toEqual(['24 20:00']);
  });

  it('adds up the times of a day that comes twice', () => {
    expect(inWeek('토요일(19:00), 금요일 ~ 토요일(15:00, 19:00)')).toEqual([
      '27 15:00',
      '27 19:00',
      '28 15:00',
      '28 19:00',
    ]);
  });

  it.each([
    ['full-width signs', '화요일～수요일（２０：００），토요일（１６：００，１９：００）'],
    ['dots, dashes and no spaces', '화-수(20:00)ㆍ토(16:00/19:00)'],
    ['spaces where there should be none', ' 화 요일  ~  수요일 ( 20 : 00 ) 토요일( 16:00 19:00 ) '],
    ['hours in words', '화요일 ~ 수요일(20시), 토요일(16시, 19시 00분)'],
  ])('is read with %s', (_, text) => {
    expect(inWeek(text)).toEqual(['24 20:00', '25 20:00', '28 16:00', '28 19:00']);
  });

  it.each([
    ['', 'the schedule is blank'],
    ['추후 공지', 'days without times in brackets'],
    ['화요일', 'days without times in brackets'],
    ['화요일(20:00', 'days without times in brackets'],
    ['(20:00)', 'times without a day'],
    ['불요일(20:00)', 'not a weekday'],
    ['화요일 ~ HOL(20:00)', 'not a weekday'],
    ['화요일(25:00)', 'not a time of the day'],
    ['화요일(20:60)', 'not a time of the day'],
    ['화요일(저녁)', 'not a time of the day'],
    ['화요일()', 'brackets without a time'],
    ['화요일(20:00), 수요일', 'days without times in brackets'],
  ])('that says %p is not understood: %s', (text, reason) => {
    expect(parseSchedule(text)).toMatchObject({ ok: false, fault: { reason } });
  });

  const time = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });
  const segment = fc.record({
    first: fc.integer({ min: 0, max: 6 }),
    length: fc.integer({ min: 1, max: 7 }),
    holiday: fc.boolean(),
    times: fc.array(time.map(hhmm), { minLength: 1, maxLength: 5 }),
  });
  const style = fc.record({
    long: fc.boolean(),
    wide: fc.boolean(),
    space: fc.constantFrom('', ' ', '  '),
    between: fc.constantFrom(', ', ',', ' ', ' / ', 'ㆍ'),
    dash: fc.constantFrom('~', '-', '–', '〜', '∼'),
  });

  it('comes back from any text that is made of it', () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 8 }), style, (segments, look) => {
        const text = write(segments, look);
        expect(parsed(text)).toEqual(meaning(segments));
      }),
      { numRuns: 500 },
    );
  });

  it('is a schedule or a fault, whatever the text', () => {
    const characters = fc.constantFrom(...'월화수목금토일요매평주말HOL()~:,0123456789 시분／（'.split(''));
    fc.assert(
      fc.property(fc.string({ unit: characters, maxLength: 60 }), (text) => {
        const result = parseSchedule(text);
        if (result.ok) expect(result.value.weekdays).toHaveLength(7);
        else expect(result.fault.reason).not.toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  interface Segment {
    readonly first: number;
    readonly length: number;
    readonly holiday: boolean;
    readonly times: readonly string[];
  }
  interface Look {
    readonly long: boolean;
    readonly wide: boolean;
    readonly space: string;
    readonly between: string;
    readonly dash: string;
  }

  function write(segments: readonly Segment[], { long, wide, space, between, dash }: Look): string {
    const name = (index: number) => `${day(index % 7)}${long ? '요일' : ''}`;
    const text = segments
      .map(({ first, length, holiday, times }) => {
        const last = first + length - 1;
        const days = length === 1 ? name(first) : `${name(first)}${space}${dash}${space}${name(last)}`;
        return `${days}${holiday ? `,${space}HOL` : ''}${space}(${times.join(`,${space}`)})`;
      })
      .join(between);
    return wide ? text.replace(/[!-}]/gu, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)) : text;
  }

  function meaning(segments: readonly Segment[]): Schedule {
    const covers = ({ first, length }: Segment, index: number) => (index - first + 7) % 7 < length;
    const holidays = segments.filter(({ holiday }) => holiday);
    return {
      weekdays: Array.from({ length: 7 }, (_, index) =>
        sorted(segments.filter((one) => covers(one, index)).flatMap(({ times }) => times)),
      ),
      holidays: holidays.length > 0 ? sorted(holidays.flatMap(({ times }) => times)) : undefined,
    };
  }
});

describe('the sessions of a schedule', () => {
  const everyDay = parsed('매일(20:00)');
  const date = fc.integer({ min: 0, max: 4000 }).map((days) => addDays('2024-01-01', days));

  it('are within the run, and only as far as anybody looks', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 20_000 }), date, (from, days, today) => {
        const kept = sessionDates({ from, to: addDays(from, days) }, today);
        if (!kept) return;
        const sessions = datedSessions(everyDay, { ...kept, holidays: new Set() });
        expect(sessions.length).toBeLessThanOrEqual(271);
        expect(sessions.every((session) => session.date >= from && session.date <= addDays(from, days))).toBe(true);
      }),
    );
  });

  it('are on the weekdays of their rules', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 6 }), (from, index) => {
        const sessions = datedSessions(parsed(`${day(index)}요일(20:00)`), {
          from,
          to: addDays(from, 13),
          holidays: new Set(),
        });
        expect(sessions.map((session) => weekday(session.date))).toEqual([index, index]);
      }),
    );
  });

  it('begin at their time in Seoul', () => {
    expect(instantOf({ date: '2026-11-24', time: '08:30' }).toISOString()).toBe('2026-11-23T23:30:00.000Z');
  });
});
