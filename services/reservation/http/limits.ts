import { platformErrors } from '@ticketaka/platform/contract';
import { problem } from '@ticketaka/platform/http';
import { LRUCache } from 'lru-cache';
import { TokenBucket } from '../use-cases/token-bucket.ts';

/** Far above what a person does. @param scale of the environment */
export function createLimits(scale: number) {
  return {
    /** Seats are clicked one after the other, and given up again. */
    hold: new MemberLimit({ burst: 20 * scale, perSecond: scale }),
    /** A page that is loaded again asks for its place. */
    queue: new MemberLimit({ burst: 20 * scale, perSecond: scale / 2 }),
  };
}

export interface MemberLimitOptions {
  /** So many at once. */
  readonly burst: number;
  /** So many a second in the long run. */
  readonly perSecond: number;
  /** How many members are remembered. @default 200 000 */
  readonly members?: number;
}

/**
 * How often one member may ask this replica for something. In memory, since it stands before what has to be fast: with
 * many replicas it is as many times as wide, and a person is far below it all the same. It stops programs that pick up
 * and drop seats without end.
 */
export class MemberLimit {
  readonly #options: MemberLimitOptions;
  readonly #buckets: LRUCache<string, TokenBucket>;

  constructor(options: MemberLimitOptions) {
    this.#options = options;
    this.#buckets = new LRUCache({ max: options.members ?? 200_000 });
  }

  /** @throws Problem too_many_requests */
  count(memberId: string): void {
    let bucket = this.#buckets.get(memberId);
    if (!bucket) {
      bucket = new TokenBucket(this.#options);
      this.#buckets.set(memberId, bucket);
    }
    if (bucket.take()) return;
    const retryAfterSeconds = Math.ceil(1 / this.#options.perSecond);
    throw problem(platformErrors, 'too_many_requests', { retryAfterSeconds });
  }
}
