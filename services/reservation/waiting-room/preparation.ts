import type { Logger } from '@ticketaka/platform/log';
import type { AnyDatabase } from '@ticketaka/platform/mariadb';
import { numberedEntrants, readLobby } from './entrant-store.ts';
import type { Numbers } from './numbers.ts';
import { claimPreparation, openRoom, type RoomRow, releasePreparation } from './room-store.ts';
import { digestOf, drawOrder, entrantBytes } from './shuffle.ts';

export interface PreparationOptions {
  readonly db: AnyDatabase;
  readonly numbers: Numbers;
  readonly log: Logger;
}

/** Places of one round trip to Redis. */
const chunk = 1_000;

/**
 * Draws the lobby and puts the numbers into Redis: at the opening, and again whenever Redis has lost them. It comes out
 * the same each time, so it does no harm when it was broken off, or when two replicas do it.
 */
export class Preparation {
  readonly #options: PreparationOptions;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  /** In the background: a million people take seconds. */
  begin(room: RoomRow): void {
    if (this.#running.has(room.id) || this.#stopping.signal.aborted) return;
    const work = this.#prepare(room)
      .catch((error: unknown) => {
        if (this.#stopping.signal.aborted) return;
        this.#options.log.error({ err: error, sessionId: room.id }, 'a waiting room could not be prepared');
      })
      .finally(() => this.#running.delete(room.id));
    this.#running.set(room.id, work);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }

  async #prepare({ id, seed, lobby_count: count }: RoomRow) {
    const { db, numbers, log } = this.#options;
    if (!(await claimPreparation(db, id))) return;
    try {
      const startedAt = performance.now();
      const entrants = await readLobby(db, id, count);
      const order = await drawOrder({ seed, entrants }, this.#stopping.signal);
      await this.#put(id, entrants, order);
      await numbers.put(
        id,
        (await numberedEntrants(db, id)).map(({ entrant, number }) => [entrant, number]),
      );
      await numbers.setReady(id);
      // Opens when this is the first time; afterwards it changes nothing.
      await openRoom(db, id, digestOf(entrants));
      log.info(
        { sessionId: id, entrants: count, ms: Math.round(performance.now() - startedAt) },
        'waiting room prepared',
      );
    } finally {
      await releasePreparation(db, id);
    }
  }

  async #put(sessionId: string, entrants: Buffer, order: Uint32Array) {
    for (let from = 0; from < order.length; from += chunk) {
      this.#stopping.signal.throwIfAborted();
      const places = Array.from(order.subarray(from, from + chunk), (index, place) => {
        return [entrants.subarray(index * entrantBytes, (index + 1) * entrantBytes), from + place + 1] as const;
      });
      await this.#options.numbers.put(sessionId, places);
    }
  }
}
