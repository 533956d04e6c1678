/** Won at which a bucket begins; the first is what is free of charge, the last has no end. */
const starts = [0, 1, 30_000, 60_000, 100_000, 150_000];

/** `0-0`, `1-29999`, … `150000-`: the two ends as the filter takes them, so that choosing one finds what it counted. */
export const priceBuckets: readonly string[] = starts.map((start, at) => {
  const next = starts[at + 1];
  return `${start}-${next === undefined ? '' : next - 1}`;
});

/** A bit for each bucket that prices from `lowest` to `highest` overlap. */
export function bucketsOf(lowest: number, highest: number): number {
  let buckets = 0;
  for (const [at, start] of starts.entries()) {
    const next = starts[at + 1] ?? Number.POSITIVE_INFINITY;
    if (lowest < next && highest >= start) buckets |= 1 << at;
  }
  return buckets;
}
