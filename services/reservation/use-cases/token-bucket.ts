export interface TokenBucketOptions {
  readonly perSecond: number;
  /** So many at once. @default those of a second, and one at least */
  readonly burst?: number;
  /** Milliseconds of a clock that does not jump. @default performance.now */
  readonly now?: () => number;
}

/** So many a second, and not more than a burst at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  constructor({ perSecond, burst = Math.max(1, perSecond), now = () => performance.now() }: TokenBucketOptions) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#now = now;
    this.#left = burst;
    this.#at = now();
  }

  /** @returns whether there was one */
  take(): boolean {
    const now = this.#now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
