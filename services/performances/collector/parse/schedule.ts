import { normalizeText } from './normalize-text.ts';
import { misunderstood, type Result, understood } from './result.ts';

/** A week of a performance: times as `19:30`, ascending, each once. */
export interface Schedule {
  /** Seven lists, Monday first. */
  readonly weekdays: readonly (readonly string[])[];
  /**
   * When it is played on public holidays, whatever weekday those are. Undefined: holidays are ordinary days. Set, even
   * to nothing: only this counts for them.
   */
  readonly holidays: readonly string[] | undefined;
}

interface Days {
  readonly weekdays: readonly number[];
  readonly holidays: boolean;
}

const names = '월화수목금토일';
const groups: Readonly<Record<string, readonly number[]>> = {
  매일: [0, 1, 2, 3, 4, 5, 6],
  평일: [0, 1, 2, 3, 4],
  주말: [5, 6],
};
const longest = 4000;

/**
 * Reads a schedule as KOPIS has it (`dtguidance`): `화요일 ~ 금요일(20:00), 토요일(16:00,19:00), HOL(14:00)`. Ranges may go
 * over the end of the week, days may be in several segments, and there may be several for holidays: their times add up.
 */
export function parseSchedule(text: string): Result<Schedule> {
  const given = normalizeText(text);
  if (given === '') return misunderstood(text, 'the schedule is blank');
  if (given.length > longest) return misunderstood(given, 'the schedule is too long');
  const week = Array.from({ length: 7 }, () => new Set<string>());
  let holidays: Set<string> | undefined;
  const segment = /([^()]*)\(([^()]*)\)[\s,/;.]*/y;
  while (segment.lastIndex < given.length) {
    const from = segment.lastIndex;
    const [, dayText, timeText] = segment.exec(given) ?? [];
    if (dayText === undefined || timeText === undefined)
      return misunderstood(given.slice(from), 'days without times in brackets');
    const days = parseDays(dayText);
    if (!days.ok) return days;
    const times = parseTimes(timeText);
    if (!times.ok) return times;
    for (const time of times.value) {
      for (const day of days.value.weekdays) week[day]?.add(time);
    }
    if (days.value.holidays) holidays = new Set([...(holidays ?? []), ...times.value]);
  }
  return understood({ weekdays: week.map(sorted), holidays: holidays && sorted(holidays) });
}

function parseDays(text: string): Result<Days> {
  const weekdays = new Set<number>();
  let holidays = false;
  const items = text.replace(/\s/gu, '').replaceAll('-', '~').split(/[,/;]/u).filter(Boolean);
  if (items.length === 0) return misunderstood(text, 'times without a day');
  for (const item of items) {
    if (/^(HOL|공휴일|휴일)$/iu.test(item)) {
      holidays = true;
      continue;
    }
    const days = groups[item] ?? range(item);
    if (!days) return misunderstood(item, 'not a weekday');
    for (const day of days) weekdays.add(day);
  }
  return understood({ weekdays: [...weekdays], holidays });
}

/** `화요일`, `화`, `금요일~월요일`: the days from the first to the last, over the end of the week if need be. */
function range(item: string): readonly number[] | undefined {
  const ends = /^([월화수목금토일])(?:요일)?(?:~([월화수목금토일])(?:요일)?)?$/u.exec(item);
  if (!ends?.[1]) return undefined;
  const first = names.indexOf(ends[1]);
  const last = names.indexOf(ends[2] ?? ends[1]);
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, step) => (first + step) % 7);
}

function parseTimes(text: string): Result<readonly string[]> {
  const items = text
    .replace(/\s*:\s*/gu, ':')
    .replace(/시\s+(?=\d)/gu, '시')
    .split(/[\s,/;]+/u)
    .filter(Boolean);
  if (items.length === 0) return misunderstood(text, 'brackets without a time');
  const times: string[] = [];
  for (const item of items) {
    const [, hour, minute = '00'] = /^(\d{1,2})(?::(\d{2})|시(?:(\d{1,2})분)?)$/u.exec(
      item.replace(/시(\d{1,2})분$/u, (_, digits: string) => `:${digits.padStart(2, '0')}`),
    ) ?? [undefined, undefined];
    if (hour === undefined || Number(hour) > 23 || Number(minute) > 59)
      return misunderstood(item, 'not a time of the day');
    times.push(`${hour.padStart(2, '0')}:${minute}`);
  }
  return understood(times);
}

function sorted(times: Iterable<string>): readonly string[] {
  return [...new Set(times)].toSorted();
}
