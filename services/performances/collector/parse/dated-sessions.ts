import { addDays } from '../../domain/seoul.ts';
import type { Schedule } from './schedule.ts';

export interface DateRange {
  /** ISO dates in Asia/Seoul, both inclusive. */
  readonly from: string;
  readonly to: string;
}

export interface DatedSession {
  readonly date: string;
  readonly time: string;
}

/** How far sessions are made out of a schedule: an open run would have no end, and what is long past interests nobody. */
export const keptDays = 90;
export const aheadDays = 180;

/** The part of a run in which sessions are made; undefined when there is none. */
export function sessionDates({ from, to }: DateRange, today: string): DateRange | undefined {
  const first = addDays(today, -keptDays);
  const last = addDays(today, aheadDays);
  const kept = { from: from > first ? from : first, to: to < last ? to : last };
  return kept.from <= kept.to ? kept : undefined;
}

/** The sessions of these days in order of time. At most a year is gone through, whatever the range. */
export function datedSessions(
  schedule: Schedule,
  { from, to, holidays }: DateRange & { readonly holidays: ReadonlySet<string> },
): readonly DatedSession[] {
  const sessions: DatedSession[] = [];
  for (let date = from, days = 0; date <= to && days < 366; date = addDays(date, 1), days += 1) {
    const ofHoliday = holidays.has(date) ? schedule.holidays : undefined;
    for (const time of ofHoliday ?? schedule.weekdays[weekday(date)] ?? []) sessions.push({ date, time });
  }
  return sessions;
}

/** 0 is Monday. */
export function weekday(date: string): number {
  return (new Date(date).getUTCDay() + 6) % 7;
}

/** Korea has had no daylight saving time since 1988. */
export function instantOf({ date, time }: DatedSession): Date {
  return new Date(`${date}T${time}:00+09:00`);
}
