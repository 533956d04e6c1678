/** What has to be well for the catalogue to hear of every change at once. */
export type Source = 'feed' | 'mariadb';

/** Seconds for which nothing is said: an ordinary delay, not one that anybody should know of. */
const tolerated = 2;

/**
 * Knows since when changes may be missing. While the feed is read to its end and MariaDB is there, none can be; when
 * either is away there may be some: what is committed waits in the outbox until both are back.
 */
export class Freshness {
  readonly #now: () => number;
  readonly #away = new Set<Source>(['feed', 'mariadb']);
  /** Every change from before this moment is in the catalogue. */
  #completeAt: number;

  /** @param completeAt epoch milliseconds; of a snapshot, when its newest change was made */
  constructor(now: () => number, completeAt: number) {
    this.#now = now;
    this.#completeAt = completeAt;
  }

  set(source: Source, state: 'well' | 'away'): void {
    this.#completeAt = this.completeAt;
    if (state === 'away') this.#away.add(source);
    else this.#away.delete(source);
  }

  /** The catalogue was compared with MariaDB as it was at that moment. */
  completeSince(at: number): void {
    this.#completeAt = Math.max(this.#completeAt, at);
  }

  /** Epoch milliseconds: every change from before is in the catalogue. */
  get completeAt(): number {
    return this.#away.size === 0 ? this.#now() : this.#completeAt;
  }

  /** Seconds of changes that may be missing; 0 while none are. */
  get behindSeconds(): number {
    const seconds = Math.floor((this.#now() - this.completeAt) / 1000);
    return seconds > tolerated ? seconds : 0;
  }
}
