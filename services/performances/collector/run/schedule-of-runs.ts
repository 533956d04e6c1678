const dayMs = 86_400_000;
/** 12:05 in Seoul is 03:05 UTC; KOPIS brings its lists up to date in the morning. */
const timeOfDayMs = (3 * 60 + 5) * 60_000;

/** Seconds until the next daily run; never 0. */
export function secondsUntilDaily(now: Date): number {
  const sinceMidnight = now.getTime() % dayMs;
  const left = timeOfDayMs - sinceMidnight;
  return Math.ceil((left > 0 ? left : left + dayMs) / 1000);
}
