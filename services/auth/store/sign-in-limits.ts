import { createHash, randomUUID } from 'node:crypto';
import type { Logger } from '@ticketaka/platform/log';
import { RateLimited, type RateLimiter } from '@ticketaka/platform/rate-limit';
import type { Redis } from '@ticketaka/platform/redis';

/** A try to sign in: who is named, and the network that asks (`clientNetwork`). */
export interface Attempt {
  readonly email: string;
  readonly network: string;
}

export interface SignInLimits {
  /**
   * Counts a try as if it failed. Call it before any work is done for the try.
   * @throws RateLimited
   */
  begin(attempt: Attempt): Promise<void>;
  failed(attempt: Attempt): Promise<void>;
  succeeded(attempt: Attempt): Promise<void>;
  /** The owner proved the address: forgets the failed tries of everyone for this account, on every network. */
  forgive(email: string): Promise<void>;
  /** @throws RateLimited */
  refresh(by: { network: string } | { sessionId: string }): Promise<void>;
  /** Counts a try to change a password by its current one. @throws RateLimited */
  passwordChange(memberId: string): Promise<void>;
  passwordChanged(memberId: string): Promise<void>;
}

export interface SignInLimitsOptions {
  readonly redis: Redis;
  readonly log: Logger;
  readonly rateLimiter: (limit: { name: string; points: number; seconds: number }) => RateLimiter;
}

const minute = 60;
const hour = 60 * minute;
/** The longest window below: what is forgiven need not be remembered for longer. */
const forgivenSeconds = 6 * hour;

/**
 * The soft lock. Failed tries are counted for each pair of account and network, in windows that make the wait grow:
 * 5 tries, then up to a minute; 10, then up to 15 minutes; 20, then up to 6 hours. So whoever guesses from one place
 * is slowed down, and the owner at another place does not notice.
 *
 * Nothing ever locks an account for every network, since that would let anyone keep anyone out of an on-sale. Against
 * guesses from many networks there is an alarm for each account: after 50 failures in an hour, every network that is
 * new to it has one try in 15 minutes. The owner, who knows the password, needs only one.
 *
 * An unknown address is counted just as a known one. Only hashes of addresses are stored, for hours at most.
 */
export function createSignInLimits({ redis, log, rateLimiter }: SignInLimitsOptions): SignInLimits {
  const limiter = (name: string, points: number, seconds: number) => rateLimiter({ name, points, seconds });
  const pair = [
    limiter('login-minute', 5, minute),
    limiter('login-quarter', 10, hour / 4),
    limiter('login-hours', 20, forgivenSeconds),
  ];
  const underAttack = limiter('login-under-attack', 1, hour / 4);
  const account = limiter('login-account', 50, hour);
  // Many people may share one address: a mobile carrier's gateway.
  const addressAttempts = limiter('login-address', 300, minute);
  const addressFailures = limiter('login-address-failures', 200, hour / 4);
  const refreshes = limiter('refresh-address', 600, minute);
  const sessionRefreshes = limiter('refresh-session', 30, minute);
  const passwordChanges = limiter('password-change', 5, hour / 4);

  /** Part of the account's keys: after a new one, all counts begin again. */
  async function eraOf(email: string): Promise<string> {
    // Without Redis there is none. The limiters, which are asked next, then count in memory and say so in the log.
    return (await redis.get(forgivenKey(email)).catch(() => null)) ?? '';
  }

  async function keysOf({ email, network }: Attempt) {
    const owner = `${email} ${await eraOf(email)}`;
    return { owner, pairKey: `${owner} ${network}` };
  }

  return {
    async begin(attempt) {
      const { owner, pairKey } = await keysOf(attempt);
      const [ofAccount, ofAddress] = await Promise.all([account.peek(owner), addressFailures.peek(attempt.network)]);
      if (ofAddress.remainingPoints <= 0) throw new RateLimited('login-address-failures', ofAddress.retryAfterSeconds);
      const rules = ofAccount.remainingPoints <= 0 ? [...pair, underAttack] : pair;
      await all([addressAttempts.consume(attempt.network), ...rules.map((rule) => rule.consume(pairKey))]);
    },
    async failed(attempt) {
      const { owner } = await keysOf(attempt);
      await Promise.all([count(account, owner), count(addressFailures, attempt.network)]);
    },
    async succeeded(attempt) {
      const { pairKey } = await keysOf(attempt);
      await Promise.all([...pair, underAttack].map((rule) => rule.reset(pairKey)));
    },
    async forgive(email) {
      await redis.set(forgivenKey(email), randomUUID(), 'EX', forgivenSeconds).catch((error: unknown) => {
        log.warn({ err: error }, 'failed sign-ins were not forgiven, their limits run out by themselves');
      });
    },
    refresh: (by) => ('network' in by ? refreshes.consume(by.network) : sessionRefreshes.consume(by.sessionId)),
    passwordChange: (memberId) => passwordChanges.consume(memberId),
    passwordChanged: (memberId) => passwordChanges.reset(memberId),
  };
}

function forgivenKey(email: string): string {
  return `forgiven:${createHash('sha256').update(email).digest('base64url')}`;
}

/** Every rule counts, and the longest wait is the one to tell. */
async function all(rules: readonly Promise<void>[]): Promise<void> {
  const reasons = (await Promise.allSettled(rules)).flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const bug = reasons.find((reason) => !(reason instanceof RateLimited));
  if (bug !== undefined) throw bug;
  const refusals = reasons.filter((reason) => reason instanceof RateLimited);
  const longest = refusals.toSorted((a, b) => b.retryAfterSeconds - a.retryAfterSeconds)[0];
  if (longest) throw longest;
}

/** Counts what has happened already, so it cannot be refused any more. */
async function count(rule: RateLimiter, key: string): Promise<void> {
  try {
    await rule.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
  }
}
