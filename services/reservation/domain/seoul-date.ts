/** Korea has kept UTC+9 without summer time since 1988. */
const offsetMs = 9 * 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;
const thursday = 4;

/**
 * A calendar day in Asia/Seoul as the number of days since 1 January 1970, so that days can be counted. It comes from the
 * instant alone; the time zone of the machine does not matter.
 */
export function dayNumberInSeoul(instant: Date): number {
  return Math.floor((instant.getTime() + offsetMs) / dayMs);
}

/** The instant at which a day shows a time of day (`17:00`) in Asia/Seoul. */
export function instantInSeoul(dayNumber: number, time: string): Date {
  const midnight = new Date(dayNumber * dayMs - offsetMs);
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return new Date(midnight.getTime() + (hours * 60 + minutes) * 60_000);
}

/** 0 for Sunday to 6 for Saturday. */
export function weekdayOf(dayNumber: number): number {
  return (((dayNumber + thursday) % 7) + 7) % 7;
}

/** The calendar day in Asia/Seoul at an instant: `2026-12-24`. */
export function dateInSeoul(instant: Date): string {
  return new Date(instant.getTime() + offsetMs).toISOString().slice(0, 10);
}
