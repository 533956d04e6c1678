/** Korea has kept UTC+9 without summer time since 1988. */
const offsetMs = 9 * 60 * 60 * 1000;
const dayMs = 86_400_000;

/** The calendar day in Asia/Seoul at an instant: `2026-12-24`. */
export function dayInSeoul(instant: Date): string {
  return new Date(instant.getTime() + offsetMs).toISOString().slice(0, 10);
}

/** The instant at which a day begins in Asia/Seoul. */
export function startOfDayInSeoul(day: string): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - offsetMs);
}

/** @param days may be negative */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}
