import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Logger } from '../log/index.ts';
import type { Redis } from '../redis/index.ts';

export interface RateLimiterOptions {
  readonly redis: Redis;
  /** Names the rule, and is part of its keys: `login-account`. */
  readonly name: string;
  /** How much may be consumed in one window. */
  readonly points: number;
  /** Length of the window, which starts with the first consumption. */
  readonly seconds: number;
  readonly log: Logger;
}

/** The answer is "not now": a caller turns it into 429 with Retry-After. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  readonly rule: string;
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;

  constructor(rule: string, retryAfterSeconds: number) {
    super(`rate limit ${rule} reached`);
    this.rule = rule;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface RateLimitState {
  readonly remainingPoints: number;
  /** Until the window ends; 0 when none is open. */
  readonly retryAfterSeconds: number;
}

export interface RateLimiter {
  /**
   * Counts against the key.
   * @throws RateLimited when that is more than the window allows. What is refused counts too, but never makes the
   *   window longer
   */
  consume(key: string, points?: number): Promise<void>;
  /** What is left, without counting. */
  peek(key: string): Promise<RateLimitState>;
  /** Forgets the key: after a success, say. */
  reset(key: string): Promise<void>;
}

/**
 * A fixed-window limit that all instances share through Redis. While Redis is away each instance counts in its own
 * memory, so the limit is per instance then; a limiter is never a reason to refuse or to fail a request.
 *
 * A key may be an address or an e-mail: only a hash of it is stored.
 */
export function createRateLimiter({ redis, name, points, seconds, log }: RateLimiterOptions): RateLimiter {
  const memory = new RateLimiterMemory({ keyPrefix: name, points, duration: seconds });
  const shared = new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `limit:${name}`,
    points,
    duration: seconds,
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
  });
  return {
    async consume(key, amount = 1) {
      try {
        await shared.consume(hashOf(key), amount);
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        log.info({ rule: name }, 'rate limit reached');
        throw new RateLimited(name, secondsOf(error.msBeforeNext));
      }
    },
    async peek(key) {
      const state = await shared.get(hashOf(key));
      if (!state) return { remainingPoints: points, retryAfterSeconds: 0 };
      return { remainingPoints: state.remainingPoints, retryAfterSeconds: secondsOf(state.msBeforeNext) };
    },
    async reset(key) {
      // Both: what was counted here while Redis was away must not come back in the next outage.
      await Promise.all([shared.delete(hashOf(key)), memory.delete(hashOf(key))]);
    },
  };
}

function hashOf(key: string) {
  return createHash('sha256').update(key).digest('base64url');
}

function secondsOf(milliseconds: number) {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}
