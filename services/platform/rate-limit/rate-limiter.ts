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
  const window = { points, duration: seconds };
  const memory = new RateLimiterMemory({ ...window, keyPrefix: name });
  const shared = new RateLimiterRedis({
    ...window,
    keyPrefix: `limit:${name}`,
    storeClient: redis,
    rejectIfRedisNotReady: true,
  });
  let reported = false;

  /** In Redis, or else in memory. What the limiter says stands; only a failure of Redis is a reason to ask the other. */
  async function insured<T>(ask: (limiter: RateLimiterMemory | RateLimiterRedis) => Promise<T>): Promise<T> {
    try {
      const answer = await ask(shared);
      reported = false;
      return answer;
    } catch (error) {
      if (error instanceof RateLimiterRes) throw error;
      // That Redis is away is said once, by its connection. That it is there and does not obey is news.
      if (redis.status === 'ready' && !reported) log.error({ err: error, rule: name }, 'rate limit is not shared');
      reported = redis.status === 'ready';
      return await ask(memory);
    }
  }

  return {
    async consume(key, amount = 1) {
      try {
        await insured((limiter) => limiter.consume(hashOf(key), amount));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        log.info({ rule: name }, 'rate limit reached');
        throw new RateLimited(name, secondsOf(error.msBeforeNext));
      }
    },
    async peek(key) {
      const state = await insured((limiter) => limiter.get(hashOf(key)));
      if (!state) return { remainingPoints: points, retryAfterSeconds: 0 };
      return { remainingPoints: state.remainingPoints, retryAfterSeconds: secondsOf(state.msBeforeNext) };
    },
    async reset(key) {
      await insured((limiter) => limiter.delete(hashOf(key)));
      // What was counted here while Redis was away must not come back in the next outage.
      await memory.delete(hashOf(key));
    },
  };
}

function hashOf(key: string) {
  return createHash('sha256').update(key).digest('base64url');
}

function secondsOf(milliseconds: number) {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}
