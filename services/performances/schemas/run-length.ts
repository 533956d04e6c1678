/** Writes values as [value, count, value, count, …]; neighbouring counts of one value are joined. */
export function encodeRuns(values: Iterable<number>): number[] {
  const runs: number[] = [];
  let current: number | undefined;
  let count = 0;
  for (const value of values) {
    if (value !== current && current !== undefined) {
      runs.push(current, count);
      count = 0;
    }
    current = value;
    count += 1;
  }
  if (current !== undefined) runs.push(current, count);
  return runs;
}

/** The values that {@link encodeRuns} wrote. */
export function* decodeRuns(runs: readonly number[]): Generator<number, void, undefined> {
  for (let index = 0; index < runs.length; index += 2) {
    const value = runs[index] ?? 0;
    for (let left = runs[index + 1] ?? 0; left > 0; left -= 1) yield value;
  }
}
