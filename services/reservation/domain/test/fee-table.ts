/**
 * The fee windows as a box office would read them off its notice, day by day, with a calendar of its own: written apart
 * from the code, to be compared with it.
 */
export interface Case {
  readonly policy: 'standard' | 'play';
  readonly sessionStartsAt: Date;
  readonly bookedAt: Date;
  readonly now: Date;
  readonly prices: readonly number[];
}

const wallClock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Seoul',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** What a clock and a calendar on a wall in Seoul show. */
export function onTheWall(instant: Date) {
  const parts = Object.fromEntries(wallClock.formatToParts(instant).map(({ type, value }) => [type, value]));
  const { year = '', month = '', day = '', hour = '', minute = '', second = '', fractionalSecond = '' } = parts;
  return {
    date: `${year}-${month}-${day}`,
    time: `${hour}:${minute}:${second}.${fractionalSecond}`,
    weekday: parts['weekday'] ?? '',
  };
}

/** Counts leaves of the calendar, one by one. */
function daysFrom(one: string, other: string): number {
  if (one > other) return -daysFrom(other, one);
  let days = 0;
  for (let leaf = one; leaf !== other; leaf = nextDay(leaf)) days += 1;
  return days;
}

function nextDay(date: string): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  const text = (y: number, m: number, d: number) =>
    [`${y}`, `${m}`.padStart(2, '0'), `${d}`.padStart(2, '0')].join('-');
  if (day < length) return text(year, month, day + 1);
  return month < 12 ? text(year, month + 1, 1) : text(year + 1, 1, 1);
}

/** From the day before the session on: what is kept of 100 won. */
const percents = [30, 30, 20, 20, 20, 20, 10, 10, 10];

/** The refund for each ticket and the booking fee's fate, or why there is none. */
export function byTheNotice({ policy, sessionStartsAt, bookedAt, now, prices }: Case) {
  const [show, booked, today] = [onTheWall(sessionStartsAt), onTheWall(bookedAt), onTheWall(now)];
  const left = daysFrom(today.date, show.date);
  if (now.getTime() > sessionStartsAt.getTime()) return 'session_past';
  if (left === 0) return 'day_of_session';
  const closing = today.weekday === 'Sat' ? '11:00:00.000' : '17:00:00.000';
  if (left === 1 && today.time > closing) return 'after_deadline';
  const since = daysFrom(booked.date, today.date);
  const fees = prices.map((price) => {
    const percent = percents[left - 1];
    if (percent !== undefined) return Number((BigInt(price) * BigInt(percent)) / 100n);
    if (since <= 7) return 0;
    return Math.min(policy === 'standard' ? 4000 : 2000, Number(BigInt(price) / 10n));
  });
  return { fees, bookingFee: since <= 0 ? 'back' : 'kept' } as const;
}
