const firstMs = 1_000;
const longestMs = 30_000;

/** Milliseconds to wait before the start that follows `failures` deaths in a row: 1 s, 2 s, 4 s … 30 s. */
export function backOff(failures: number): number {
  return Math.min(firstMs * 2 ** Math.max(0, failures - 1), longestMs);
}
