import { setTimeout as delay } from 'node:timers/promises';

/** Waits until the promise is settled, either way, or the time is up. */
export async function settledWithin(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  // Its rejection is the abort below.
  const timeUp = delay(milliseconds, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([Promise.allSettled([promise]), timeUp]);
  timer.abort();
}
