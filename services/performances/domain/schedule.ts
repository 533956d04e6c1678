import type { Text } from '@ticketaka/platform/contract';
import { dayInSeoul } from './seoul.ts';

const minuteMs = 60_000;
const yearMs = 365 * 24 * 60 * minuteMs;

/** Of a performance whose length is not known only this much is sure to be taken. */
const unknownMinutes = 1;

export interface Play {
  readonly startsAt: Date;
  /** Null when it is not known. */
  readonly runningMinutes: number | null;
}

export function endsAt({ startsAt, runningMinutes }: Play): Date {
  return new Date(startsAt.getTime() + (runningMinutes ?? unknownMinutes) * minuteMs);
}

/** Whether two plays would have one hall at one time. The next may start in the minute in which the last one ends. */
export function clash(one: Play, other: Play): boolean {
  return one.startsAt < endsAt(other) && other.startsAt < endsAt(one);
}

/** Whether it starts on one of the days of the performance, as the calendar in Seoul has them. */
export function isWithin(startsAt: Date, dates: { readonly startDate: string; readonly endDate: string }): boolean {
  const day = dayInSeoul(startsAt);
  return day >= dates.startDate && day <= dates.endDate;
}

export interface Window {
  readonly kind: 'presale' | 'general';
  readonly opensAt: Date;
  readonly closesAt: Date;
}

export interface WindowFault {
  /** Which of the windows, from 0. */
  readonly index: number;
  readonly message: Text;
}

/**
 * What is wrong with the sale windows of a session: a sale ends when the session starts at the latest, opens within the
 * two years before, and there is one general sale at a time.
 */
export function windowFaults(windows: readonly Window[], startsAt: Date): WindowFault[] {
  return windows.flatMap((window, index) => {
    const faults: WindowFault[] = [];
    if (window.closesAt > startsAt) faults.push({ index, message: messages.late });
    if (window.opensAt.getTime() < startsAt.getTime() - 2 * yearMs) faults.push({ index, message: messages.early });
    const before = windows.slice(0, index).filter(({ kind }) => kind === 'general');
    const overlaps = ({ opensAt, closesAt }: Window) => opensAt < window.closesAt && window.opensAt < closesAt;
    if (window.kind === 'general' && before.some(overlaps)) faults.push({ index, message: messages.overlap });
    return faults;
  });
}

const messages = {
  late: { en: 'closes after the session starts', ko: '회차가 시작된 뒤에 판매가 끝납니다' },
  early: { en: 'opens more than two years before the session', ko: '회차보다 2년 넘게 먼저 판매가 시작됩니다' },
  overlap: { en: 'overlaps another general sale', ko: '다른 일반 판매 기간과 겹칩니다' },
} as const satisfies Readonly<Record<string, Text>>;
