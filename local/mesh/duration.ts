/**
 * A duration as protobuf's JSON and Istio write it: `5s`, `0.25s`, `100ms`, `1m`, `1h`.
 * @returns milliseconds, or undefined when the text is not a duration
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (!match) return undefined;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? ''];
  return unit === undefined ? undefined : Number(match[1]) * unit;
}
