import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2';
import type { Metrics } from '@ticketaka/platform/metrics';
import { bulkhead } from 'cockatiel';

/** OWASP's first choice for Argon2id, which is the library's default algorithm: 19 MiB, 2 passes, 1 lane. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } satisfies Options;

export interface PasswordHasher {
  /** Whether one more could be taken now. Asked first, a flood costs nobody a counted try. */
  hasRoom(): boolean;
  /** @throws BulkheadRejectedError, which clients see as 503 */
  hash(password: string): Promise<string>;
  /**
   * Whether the password has this hash. Without a hash it does the same work and says no, so that an account which
   * does not exist takes as long as one that does.
   * @throws BulkheadRejectedError
   */
  verify(hash: string | undefined, password: string): Promise<boolean>;
  /** Whether a hash was made at another cost than ours. */
  isOutdated(hash: string): boolean;
}

export interface PasswordHasherOptions {
  readonly metrics: Metrics;
  /** Hashes at once. Each takes 19 MiB and a core for some 20 ms. @default one per core, at most 4 (libuv's threads) */
  readonly concurrency?: number;
  /** Hashes that may wait; beyond that a flood is turned away. @default 32 for each at once, under a second of work */
  readonly queue?: number;
}

export async function createPasswordHasher(options: PasswordHasherOptions): Promise<PasswordHasher> {
  const { metrics, concurrency = Math.min(4, availableParallelism()), queue = concurrency * 32 } = options;
  const work = metrics.counter('auth_password_work_total', 'Argon2id computations', ['kind']);
  const gate = bulkhead(concurrency, queue);
  const nobody = await hash(randomBytes(32), cost);

  const inTurn = <T>(kind: string, compute: () => Promise<T>): Promise<T> =>
    gate.execute(() => {
      work.inc({ kind });
      return compute();
    });

  return {
    hasRoom: () => gate.executionSlots > 0 || gate.queueSlots > 0,
    hash: (password) => inTurn('hash', () => hash(password, cost)),
    async verify(known, password) {
      const matches = await inTurn('verify', () => verify(known ?? nobody, password));
      return matches && known !== undefined;
    },
    isOutdated(known) {
      const made = parseOptions(known);
      return Object.entries(cost).some(([name, value]) => made[name as keyof typeof cost] !== value);
    },
  };
}
