import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import type { AnyDatabase } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Redis } from '@ticketaka/platform/redis';
import { lobbyPage } from './entrant-store.ts';
import { createPlaces, type Placed } from './places.ts';
import { type RoomSettings, saveRoom } from './room-store.ts';
import { documentOf, type QueueDocument, type Room, Rooms } from './rooms.ts';
import { commitmentOf, entrantOf, newSeed } from './shuffle.ts';
import { createSigning, type Holder, type Pass } from './signing.ts';

export interface WaitingRoomOptions {
  readonly redis: Redis;
  readonly db: AnyDatabase;
  /** 32 random bytes each: the first signs, all verify. */
  readonly keys: readonly Uint8Array[];
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** Milliseconds since 1970, for the expiry of tokens. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** How long a pass lasts. @default 10 minutes */
  readonly passMs?: number | undefined;
  /** People of one session at most. @default 2 000 000 */
  readonly maxPlaces?: number | undefined;
  /** Numbers that Redis may give before MariaDB is asked for more. @default 2000 */
  readonly block?: number | undefined;
}

export interface Entry {
  /**
   * `off`: no queue, go ahead. `lobby`: wait for the opening, then enter again. `shuffling`: the draw is under way, enter
   * again in a moment. `waiting`: until `serving` of the public document reaches the number. `admitted`: redeem the
   * token. `full`: no more are taken.
   */
  readonly state: 'off' | 'lobby' | 'shuffling' | 'waiting' | 'admitted' | 'full';
  /** The client keeps it: its place, whatever happens to us. Null when there is none to keep. */
  readonly token: string | null;
  /** The place in the queue, from 1. */
  readonly number: number | null;
  /** How many are let in up to and including this one; 0 when admitted. */
  readonly position: number | null;
  /** The own id in the published list of the draw, in hexadecimal digits. */
  readonly entrant: string | null;
}

/** `lobby`: the token is of the lobby: enter again for the number. `refused`: it is not this member's, or no token. */
export type Redemption =
  | ({ readonly state: 'admitted' } & Pass)
  | { readonly state: 'waiting'; readonly number: number; readonly position: number }
  | { readonly state: 'lobby' }
  | { readonly state: 'refused' };

/** A page of the record of a draw. The whole of it is what {@link verifyShuffle} takes. */
export interface ShufflePage {
  readonly commitment: string;
  readonly seed: string;
  readonly entrantsDigest: string;
  readonly entrantCount: number;
  /** Sorted, in hexadecimal digits. */
  readonly entrants: readonly string[];
  /** For the page after; null on the last. */
  readonly next: string | null;
}

export interface WaitingRoom extends Required<Component> {
  /** Makes the room or changes it. Other replicas know within a second. @returns what is public of it, commitment included */
  configure(sessionId: string, settings: RoomSettings): Promise<QueueDocument>;
  /** One place for each member: entering again gives the same one. @param token the one from before, if there is any */
  enter(sessionId: string, memberId: string, token?: string): Promise<Entry>;
  /** From memory; the same object until it changes. Undefined when the session has no room, or it is switched off. */
  poll(sessionId: string): QueueDocument | undefined;
  /** From memory, without Redis: also a new pass when the last one has expired. */
  redeem(sessionId: string, memberId: string, token: string): Redemption;
  verifyPass(pass: string, holder: Holder): boolean;
  /** From memory. */
  requiresPass(sessionId: string): boolean;
  /** @returns undefined when there was no draw, or not yet. @param limit entrants of the page */
  shufflePage(
    sessionId: string,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<ShufflePage | undefined>;
}

const nowhere = { token: null, number: null, position: null, entrant: null } as const;

/** The waiting rooms of all sessions, for an `api` replica. Admission is the worker's: see `createAdmission`. */
export function createWaitingRoom(options: WaitingRoomOptions): WaitingRoom {
  const { redis, db, keys, log, metrics, now = Date.now, passMs, maxPlaces = 2_000_000, block = 2_000 } = options;
  const signing = createSigning({ keys, now, passMs });
  const places = createPlaces({ db, redis, log, maxPlaces, block });
  const rooms = new Rooms({ db, log, now });
  const entries = metrics?.counter('waiting_room_entries_total', 'People who entered a queue, again or anew', [
    'state',
  ]);
  const passes = metrics?.counter('waiting_room_passes_total', 'Passes given to people who were let in');

  async function placeOf(room: Room, entrant: Buffer, proved: number | undefined): Promise<Placed> {
    const { id, state } = room.row;
    // A token of the lobby was given when its owner was written down: there is no need to ask again.
    if (state === 'lobby' && proved === 0) return 'lobby';
    const entered = state === 'lobby' ? await places.enterLobby(id, entrant) : 'closed';
    // It may have closed since this replica looked.
    return entered === 'closed' ? await places.place(id, entrant, proved || undefined) : entered;
  }

  function entryOf(room: Room, holder: Holder, placed: Placed): Omit<Entry, 'entrant'> {
    if (placed === 'full') return { ...nowhere, state: 'full' };
    if (placed === 'lobby') {
      const state = room.row.state === 'lobby' ? 'lobby' : 'shuffling';
      return { ...nowhere, state, token: signing.issuePlace(holder, 0) };
    }
    const { serving } = rooms.get(holder.sessionId)?.row ?? room.row;
    const position = Math.max(0, placed - serving);
    const token = signing.issuePlace(holder, placed);
    return { state: position === 0 ? 'admitted' : 'waiting', token, number: placed, position };
  }

  return {
    name: rooms.name,
    start: () => rooms.start(),
    stop: () => rooms.stop(),
    async configure(sessionId, settings) {
      const seed = newSeed();
      await saveRoom(db, sessionId, { ...settings, seed, commitment: commitmentOf(seed), entrantKey: newSeed() });
      await rooms.refresh();
      const row = await rooms.find(sessionId);
      if (!row) throw new Error('a waiting room was written and is not there');
      return documentOf(row, new Date(now()));
    },
    async enter(sessionId, memberId, token) {
      const room = rooms.get(sessionId);
      if (!room || room.document.state === 'off') return { ...nowhere, state: 'off' };
      const holder = { sessionId, memberId };
      const entrant = entrantOf(room.row.entrant_key, memberId);
      const proved = token === undefined ? undefined : signing.readPlace(token, holder);
      const entry = entryOf(room, holder, await placeOf(room, entrant, proved));
      entries?.inc({ state: entry.state });
      return { ...entry, entrant: entrant.toString('hex') };
    },
    poll: (sessionId) => rooms.get(sessionId)?.document,
    redeem(sessionId, memberId, token) {
      const holder = { sessionId, memberId };
      const number = signing.readPlace(token, holder);
      if (number === undefined) return { state: 'refused' };
      if (number === 0) return { state: 'lobby' };
      const room = rooms.get(sessionId);
      // Where there is no queue any more nobody is kept waiting.
      const serving = room ? room.row.serving : Infinity;
      if (rooms.requiresPass(sessionId) && number > serving)
        return { state: 'waiting', number, position: number - serving };
      passes?.inc();
      return { state: 'admitted', ...signing.issuePass(holder) };
    },
    verifyPass: signing.verifyPass,
    requiresPass: (sessionId) => rooms.requiresPass(sessionId),
    async shufflePage(sessionId, { after = '', limit }) {
      const row = await rooms.find(sessionId);
      if (row?.state !== 'open' || !row.entrants_digest) return undefined;
      const page = await lobbyPage(db, sessionId, { after: Buffer.from(after, 'hex'), limit });
      const entrants = page.map((entrant) => entrant.toString('hex'));
      return {
        commitment: row.commitment.toString('hex'),
        seed: row.seed.toString('hex'),
        entrantsDigest: row.entrants_digest.toString('hex'),
        entrantCount: row.lobby_count,
        entrants,
        next: entrants.length < limit ? null : (entrants.at(-1) ?? null),
      };
    },
  };
}
