import { expect, it } from '@jest/globals';
import { secondsUntilDaily } from './schedule-of-runs.ts';

it.each([
  ['2026-11-20T00:00:00+09:00', 43_500],
  ['2026-11-20T12:04:59+09:00', 1],
  ['2026-11-20T12:05:00+09:00', 86_400],
  ['2026-11-20T23:05:00+09:00', 46_800],
])('at %s the daily run is %d seconds away', (now, seconds) => {
  expect(secondsUntilDaily(new Date(now))).toBe(seconds);
});
