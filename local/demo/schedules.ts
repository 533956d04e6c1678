import type { Genre } from '@ticketaka/performances/api';
import { addDays, nextWeekday, weekday } from './dates.ts';
import type { Random } from './random.ts';

export interface Run {
  readonly startDate: string;
  readonly endDate: string;
  /** As a producer writes it. */
  readonly schedule: string;
  readonly openRun: boolean;
}

const days = ['월요일', '화요일', '수요일', '목요일', '금요일', '토요일', '일요일'];

/** How many in a hundred of a genre are played on one evening, on a weekend, for weeks, without an end. */
const habits: Readonly<Record<Genre, readonly [evening: number, weekend: number, weeks: number]>> = {
  play: [5, 15, 72],
  musical: [3, 12, 80],
  concert: [45, 50, 5],
  classical: [85, 12, 3],
  traditional: [70, 25, 5],
  dance: [35, 60, 5],
  circus: [5, 35, 55],
  mixed: [30, 40, 28],
};

export function demoRun(random: Random, genre: Genre, earliest: string): Run {
  const [evening, weekend, weeks] = habits[genre];
  const kind = random.int(1, 100);
  if (kind <= evening) return oneEvening(random, earliest);
  if (kind <= evening + weekend) return oneWeekend(random, earliest);
  return manyWeeks(random, earliest, kind > evening + weekend + weeks);
}

function oneEvening(random: Random, date: string): Run {
  const time = random.pick(weekday(date) >= 5 ? ['15:00', '17:00', '18:00'] : ['19:30', '20:00']);
  return { startDate: date, endDate: date, schedule: `${days[weekday(date)]}(${time})`, openRun: false };
}

function oneWeekend(random: Random, earliest: string): Run {
  const friday = nextWeekday(earliest, 4);
  const schedule = random.pick([
    '금요일(20:00), 토요일(18:00), 일요일(17:00)',
    '금요일(19:30), 토요일 ~ 일요일(15:00)',
    '금요일(20:00), 토요일(14:00,19:00), 일요일(14:00)',
  ]);
  return { startDate: friday, endDate: addDays(friday, 2), schedule, openRun: false };
}

function manyWeeks(random: Random, earliest: string, openRun: boolean): Run {
  // Long runs are met in the middle more often than at their beginning.
  const startDate = nextWeekday(addDays(earliest, -random.int(0, 45)), random.pick([1, 2, 4]));
  const endDate = openRun ? addDays(startDate, 3650) : addDays(nextWeekday(startDate, 6), 7 * random.int(1, 12));
  const schedule = random.pick([
    '화요일 ~ 금요일(20:00), 토요일(15:00,19:00), 일요일(14:00,18:00), HOL(14:00,18:00)',
    '화요일 ~ 금요일(19:30), 토요일(14:00,18:30), 일요일(14:00), HOL(14:00)',
    '수요일(16:00,20:00), 목요일 ~ 금요일(20:00), 토요일 ~ 일요일(14:00,18:00)',
    '목요일 ~ 월요일(20:00), HOL(15:00)',
    '평일(20:00), 주말(16:00,19:00)',
    '금요일(20:00), 토요일 ~ 일요일(16:00), HOL(16:00), HOL(19:00)',
    '화요일 ~ 목요일(19:30), 금요일(16:00,19:30), 토요일(15:00,19:00), 일요일(15:00)',
  ]);
  return { startDate, endDate, schedule, openRun };
}
