import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@ticketaka/platform/log';
import { type AnyDatabase, isUnavailable, Unavailable } from '@ticketaka/platform/mariadb';
import type { Redis } from '@ticketaka/platform/redis';
import { KeyedBatcher } from '../batching/index.ts';
import { addToLobby, findEntrants, giveNumbers, type Known } from './entrant-store.ts';
import { createNumbers } from './numbers.ts';
import { findRoom, raiseCeiling } from './room-store.ts';

export interface PlacesOptions {
  readonly db: AnyDatabase;
  readonly redis: Redis;
  readonly log: Logger;
  /** People of one session at most. */
  readonly maxPlaces: number;
  /** How many numbers Redis may give before MariaDB is asked for more; a loss of Redis skips as many at most. */
  readonly block: number;
}

/** A number; `lobby`: in the lobby, drawn or not, and the number is not at hand yet; `full`: no more are taken. */
export type Placed = number | 'lobby' | 'full';

export interface Places {
  /** Durable when it resolves. */
  enterLobby(sessionId: string, entrant: Buffer): Promise<'lobby' | 'closed' | 'full'>;
  /** Once the lobby is closed: the number of the entrant, the same however often it is asked. */
  place(sessionId: string, entrant: Buffer, proved: number | undefined): Promise<Placed>;
}

/** Entrants of one commit. */
const batch = 500;
/** Longer than another replica takes between raising the ceiling and telling Redis. */
const pauseMs = 50;
const patienceMs = 5_000;

/** Who has which place, in Redis, with MariaDB behind it. */
export function createPlaces({ db, redis, log, maxPlaces, block }: PlacesOptions): Places {
  const numbers = createNumbers(redis);
  const sharing = { max: batch, isHopeless: isUnavailable, Unavailable };
  const lobby = new KeyedBatcher<Buffer, 'lobby' | 'closed' | 'full'>(async (sessionId, entrants) => {
    const answer = await addToLobby(db, sessionId, { entrants, maxPlaces });
    return entrants.map(() => answer);
  }, sharing);
  const found = new KeyedBatcher<Buffer, Known | 'unknown'>(async (sessionId, entrants) => {
    const known = await findEntrants(db.kysely, sessionId, entrants);
    return entrants.map((entrant) => known.get(entrant.toString('hex')) ?? 'unknown');
  }, sharing);
  const given = new KeyedBatcher<Buffer, Placed>(async (sessionId, entrants) => {
    const once = [...new Map(entrants.map((entrant) => [entrant.toString('hex'), entrant])).values()];
    const known = await giveNumbers(db, sessionId, { entrants: once, maxPlaces });
    return entrants.map((entrant) => known.get(entrant.toString('hex')) ?? 'full');
  }, sharing);
  const granting = new Map<string, Promise<boolean>>();
  let told = false;

  /** Lets Redis give more numbers. @returns false when there are no more */
  async function grantMore(sessionId: string, ceiling: number): Promise<boolean> {
    const seen = (await findRoom(db, sessionId))?.ceiling ?? 0;
    if (seen !== ceiling) {
      // Another replica has just raised it and is about to tell Redis; if not, Redis has lost it, or that one has died.
      await delay(pauseMs);
      if ((await numbers.count(sessionId)).ceiling !== ceiling) return true;
    }
    if (seen >= maxPlaces) return false;
    const raised = await raiseCeiling(db, sessionId, { seen, by: block });
    if (raised) await numbers.grant(sessionId, raised);
    else await delay(pauseMs);
    return true;
  }

  /** Once for all who wait for it in this replica. */
  function grantTogether(sessionId: string, ceiling: number): Promise<boolean> {
    const under = granting.get(sessionId);
    if (under) return under;
    const started = grantMore(sessionId, ceiling).finally(() => granting.delete(sessionId));
    granting.set(sessionId, started);
    return started;
  }

  async function fromRedis(sessionId: string, entrant: Buffer, proved: number | undefined): Promise<Placed> {
    const deadline = performance.now() + patienceMs;
    let [isNew, number] = [false, proved];
    for (;;) {
      const taken = await numbers.take(sessionId, { entrant, proved: number, isNew });
      if (taken.number !== undefined) return taken.number;
      if (taken.why === 'unsure') {
        const known = await found.submit(sessionId, entrant);
        if (known === 'lobby') return 'lobby';
        if (typeof known === 'number') number = known;
        else isNew = true;
      } else {
        if (performance.now() > deadline) throw new Unavailable('no numbers can be given yet');
        if (!(await grantTogether(sessionId, taken.ceiling))) return 'full';
      }
    }
  }

  return {
    enterLobby: (sessionId, entrant) => lobby.submit(sessionId, entrant),
    async place(sessionId, entrant, proved) {
      try {
        const placed = await fromRedis(sessionId, entrant, proved);
        told = false;
        return placed;
      } catch (error) {
        // MariaDB's own trouble is the caller's to hear of; without Redis the queue goes on, from MariaDB.
        if (error instanceof Unavailable) throw error;
        if (!told) log.warn({ err: error }, 'the waiting room gives numbers without Redis');
        told = true;
        return proved ?? (await given.submit(sessionId, entrant));
      }
    },
  };
}
