import { setTimeout as delay } from 'node:timers/promises';
import type { Outage } from './history.ts';

export interface PulseOptions {
  /** Each fails, or answers late, while its server is away. */
  readonly servers: readonly (() => Promise<unknown>)[];
  readonly note: (outage: Outage) => void;
}

const everyMs = 100;
/** Half of what the service waits for Redis. */
const slowMs = 500;
/** For who was told of a failure in the meantime, and tries again. */
const afterwardsMs = 1_000;

/**
 * Asks servers whether they are there, again and again: on a machine that is too busy one may not answer for a second, and
 * then it is away, though no test has sent it away.
 */
export function startPulse({ servers, note }: PulseOptions): AsyncDisposable {
  const over = new AbortController();
  const beat = async () => {
    while (!over.signal.aborted) {
      const from = Date.now();
      // Of one that is away the test knows.
      await Promise.allSettled(servers.map((ask) => ask()));
      const until = Date.now();
      if (until - from > slowMs) note({ from, until: until + afterwardsMs });
      await delay(everyMs, undefined, { ref: false });
    }
  };
  const beating = beat();
  return {
    async [Symbol.asyncDispose]() {
      over.abort();
      await beating;
    },
  };
}
