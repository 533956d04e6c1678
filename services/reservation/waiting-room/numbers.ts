import { createHash } from 'node:crypto';
import type { Redis } from '@ticketaka/platform/redis';

/** Who has which number. By entrant, not by member: what is in Redis names nobody. */
const placesKey = (sessionId: string) => `{${sessionId}}:waiting-places`;
/** `issued`: the last number given; `ceiling`: how far they may go; `ready`: the draw is in the places. */
const countKey = (sessionId: string) => `{${sessionId}}:waiting-numbers`;

/** Seconds after which a queue that nobody enters is forgotten. */
const keepSeconds = 7 * 86_400;

/**
 * KEYS places, count. ARGV entrant, the number that the entrant proves to have or 0, whether it is certain that MariaDB
 * knows nothing of the entrant. Gives {number}, or {0, why, the ceiling}.
 */
const take = `
local known = tonumber(redis.call('HGET', KEYS[1], ARGV[1]))
local proved = tonumber(ARGV[2])
if proved > 0 and (not known or proved < known) then
  redis.call('HSET', KEYS[1], ARGV[1], proved)
  return {proved}
end
if known then return {known} end
local count = redis.call('HMGET', KEYS[2], 'issued', 'ceiling', 'ready')
if ARGV[3] == '0' and not count[3] then return {0, 'unsure', 0} end
if not count[1] or tonumber(count[1]) >= tonumber(count[2]) then return {0, 'used up', tonumber(count[2] or 0)} end
local number = redis.call('HINCRBY', KEYS[2], 'issued', 1)
redis.call('HSET', KEYS[1], ARGV[1], number)
if number % 1000 == 1 then
  redis.call('EXPIRE', KEYS[1], ${keepSeconds})
  redis.call('EXPIRE', KEYS[2], ${keepSeconds})
end
return {number}`;

/**
 * KEYS count. ARGV from, to. Numbers that Redis does not know to be unused count as given: after a loss the next one is
 * above all of them.
 */
const grant = `
local count = redis.call('HMGET', KEYS[1], 'issued', 'ceiling')
local ceiling = tonumber(count[2] or 0)
if ceiling >= tonumber(ARGV[2]) then return 0 end
if not count[1] or ceiling ~= tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'issued', ARGV[1]) end
redis.call('HSET', KEYS[1], 'ceiling', ARGV[2])
redis.call('EXPIRE', KEYS[1], ${keepSeconds})
return 1`;

export interface TakeOptions {
  readonly entrant: Buffer;
  /** The number on a token that was verified. */
  readonly proved?: number | undefined;
  /** MariaDB was asked and knows nothing of the entrant. */
  readonly isNew?: boolean;
}

/** A number; or `unsure`: MariaDB has to be asked first; or `used up`: the ceiling must be raised. */
export type Taken =
  | { readonly number: number }
  | { readonly number?: never; readonly why: 'unsure' | 'used up'; readonly ceiling: number };

/** The numbers of the queues, in Redis. All keys of a session are in one slot of a cluster. */
export interface Numbers {
  take(sessionId: string, options: TakeOptions): Promise<Taken>;
  grant(sessionId: string, block: { readonly from: number; readonly to: number }): Promise<void>;
  count(sessionId: string): Promise<{ readonly issued: number; readonly ceiling: number; readonly ready: boolean }>;
  /** Puts numbers in, unless the entrant has one. */
  put(sessionId: string, places: readonly (readonly [Buffer, number])[]): Promise<void>;
  setReady(sessionId: string): Promise<void>;
}

export function createNumbers(redis: Redis): Numbers {
  const takeScript = script(redis, take);
  const grantScript = script(redis, grant);
  return {
    async take(sessionId, { entrant, proved = 0, isNew = false }) {
      const keys = [placesKey(sessionId), countKey(sessionId)];
      const reply = await takeScript(keys, [entrant, proved, isNew ? 1 : 0]);
      const [number, why, ceiling] = reply as readonly [number, 'unsure' | 'used up', number]; // as the script says
      return number > 0 ? { number } : { why, ceiling };
    },
    async grant(sessionId, { from, to }) {
      await grantScript([countKey(sessionId)], [from, to]);
    },
    async count(sessionId) {
      const [issued, ceiling, ready] = await redis.hmget(countKey(sessionId), 'issued', 'ceiling', 'ready');
      return {
        issued: Number(issued ?? 0),
        ceiling: Number(ceiling ?? 0),
        ready: ready !== null && ready !== undefined,
      };
    },
    async put(sessionId, places) {
      const pipeline = redis.pipeline();
      for (const [entrant, number] of places) pipeline.hsetnx(placesKey(sessionId), entrant, number);
      pipeline.expire(placesKey(sessionId), keepSeconds);
      for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
    },
    async setReady(sessionId) {
      await redis.hset(countKey(sessionId), 'ready', 1);
      await redis.expire(countKey(sessionId), keepSeconds);
    },
  };
}

/** A script that is sent by its hash, and whole when Redis does not have it: a new one knows none. */
function script(redis: Redis, source: string) {
  const sha = createHash('sha1').update(source).digest('hex');
  return async (keys: readonly string[], args: readonly (string | number | Buffer)[]): Promise<unknown> => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return await redis.eval(source, keys.length, ...keys, ...args);
    }
  };
}
