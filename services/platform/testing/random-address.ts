import { randomInt } from 'node:crypto';

/** Of the block for benchmarks (RFC 2544), so that one test's limits are not another's. */
export function randomAddress(): string {
  return `198.${18 + randomInt(2)}.${randomInt(256)}.${randomInt(256)}`;
}
