import { setTimeout as delay } from 'node:timers/promises';

/** Spreads requests evenly, and holds all of them back when the other side asks for it. */
export interface Pace {
  /** Resolves when the next request may go. */
  turn(signal: AbortSignal): Promise<void>;
  /** No request before that many milliseconds have passed. */
  holdBack(ms: number): void;
}

export function createPace(requestsPerSecond: number): Pace {
  let next = 0;
  return {
    async turn(signal) {
      const now = performance.now();
      const at = Math.max(now, next);
      next = at + 1000 / requestsPerSecond;
      if (at > now) await delay(at - now, undefined, { signal });
    },
    holdBack(ms) {
      next = Math.max(next, performance.now() + ms);
    },
  };
}
