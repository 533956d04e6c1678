const dayMs = 86_400_000;

/** @param days may be negative */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

/** 0 is Monday. */
export function weekday(date: string): number {
  return (new Date(date).getUTCDay() + 6) % 7;
}

/** The first such weekday on or after the date. */
export function nextWeekday(date: string, wanted: number): string {
  return addDays(date, (wanted - weekday(date) + 7) % 7);
}

export function todayInSeoul(): string {
  return new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
}
