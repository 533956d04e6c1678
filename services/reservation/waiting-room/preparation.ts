import type { Logger } from '@ticketaka/platform/log';
import type { AnyDatabase } from '@ticketaka/platform/mariadb';
import { numberedEntrants, readLobby } from './entrant-store.ts';
import type { Numbers } from './numbers.ts';
import {
  claimPreparation,
  findRoom,
  openRoom,
  type RoomRow,
  raiseCeiling,
  releasePreparation,
  setRedisBehind,
} from './room-store.ts';
import { digestOf, drawOrder, entrantBytes } from './shuffle.ts';

export interface PreparationOptions {
  readonly db: AnyDatabase;
  readonly numbers: Numbers;
  readonly log: Logger;
}

/** Places of one round trip to Redis. */
const chunk = 1_000;
/** Numbers that Redis may give at once after it has been told of MariaDB's. */
const block = 2_000;

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

  /** In the background: a million people take seconds. @param drawn the draw is in Redis already */
  begin(room: RoomRow, drawn: boolean): void {
    if (this.#running.has(room.id) || this.#stopping.signal.aborted) return;
    const work = this.#prepare(room, drawn)
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

  async #prepare(room: RoomRow, drawn: boolean) {
    const { db, numbers } = this.#options;
    if (!(await claimPreparation(db, room.id))) return;
    try {
      const digest = drawn ? undefined : await this.#putDraw(room);
      await this.#putGiven(room.id);
      await numbers.setReady(room.id);
      if (digest && room.state === 'shuffling') await openRoom(db, room.id, digest);
    } finally {
      await releasePreparation(db, room.id);
    }
  }

  async #putDraw({ id, seed, lobby_count: count }: RoomRow): Promise<Buffer> {
    const { db, log } = this.#options;
    const startedAt = performance.now();
    const entrants = await readLobby(db, id, count);
    await this.#put(id, entrants, await drawOrder({ seed, entrants }, this.#stopping.signal));
    log.info({ sessionId: id, entrants: count, ms: Math.round(performance.now() - startedAt) }, 'lots drawn');
    return digestOf(entrants);
  }

  /** Tells Redis of the numbers that MariaDB gave while it was down, and to go on above them. */
  async #putGiven(sessionId: string) {
    const { db, numbers } = this.#options;
    // What is given from now on says so again.
    await setRedisBehind(db.kysely, sessionId, false);
    try {
      const given = await numberedEntrants(db, sessionId);
      if (given.length === 0) return;
      const places = given.map(({ entrant, number }) => [entrant, number] as const);
      await numbers.put(sessionId, places);
      const room = await findRoom(db, sessionId);
      const raised = room && (await raiseCeiling(db, sessionId, { seen: room.ceiling, by: block }));
      if (raised) await numbers.grant(sessionId, raised);
    } catch (error) {
      await setRedisBehind(db.kysely, sessionId, true);
      throw error;
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
