/**
 * Milliseconds to wait before an attempt: doubling from 100 ms to 5 s, less a random half, so that the many clients
 * of a server that comes back do not come back together.
 */
export function backOff(attempt: number, random: () => number = Math.random): number {
  const full = Math.min(5_000, 100 * 2 ** Math.min(attempt, 10));
  return full * (0.5 + random() / 2);
}
