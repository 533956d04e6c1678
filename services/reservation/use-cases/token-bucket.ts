/** So many a second, and no more than that at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #now: () => number;
  #left: number;
  #at: number;

  /** @param now milliseconds of a clock that does not jump */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#left = Math.max(1, perSecond);
    this.#at = now();
  }

  /** @returns whether there was one */
  take(): boolean {
    const now = this.#now();
    const most = Math.max(1, this.#perSecond);
    this.#left = Math.min(most, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
