import { dateInSeoul, dayNumberInSeoul, instantInSeoul } from './seoul-date.ts';

/** Not before people are up. */
const from = '10:00';

/** Who is to be reminded at a moment. */
export interface Reminded {
  /** The day that they are reminded of, tomorrow in Asia/Seoul: `2026-12-24`. */
  readonly day: string;
  /** The sessions that begin from here, the first instant of tomorrow, … */
  readonly startsFrom: Date;
  /** … to here, the first of the day after. */
  readonly startsBefore: Date;
  /** Whoever booked today was written to today, with everything that a reminder has. */
  readonly bookedBefore: Date;
}

/** On the day before a session, from ten in the morning until the day ends in Asia/Seoul. Undefined before ten. */
export function remindedAt(now: Date): Reminded | undefined {
  const today = dayNumberInSeoul(now);
  if (now < instantInSeoul(today, from)) return undefined;
  const startsFrom = instantInSeoul(today + 1, '00:00');
  return {
    day: dateInSeoul(startsFrom),
    startsFrom,
    startsBefore: instantInSeoul(today + 2, '00:00'),
    bookedBefore: instantInSeoul(today, '00:00'),
  };
}

/** When a reminder that says tomorrow is true no more. */
export function reminderEnds(startsAt: Date): Date {
  return instantInSeoul(dayNumberInSeoul(startsAt), '00:00');
}
