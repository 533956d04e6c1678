import { Loop } from '@ticketaka/platform/due-work';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import type { AnyDatabase } from '@ticketaka/platform/mariadb';
import { findRoom, findRooms, type RoomRow } from './room-store.ts';

/**
 * The same for everybody who asks, so that a cache can answer: clients compare `serving` with their own number.
 * Times are ISO 8601.
 */
export interface QueueDocument {
  readonly sessionId: string;
  /** `off`: no waiting room is in force, and no pass is needed. */
  readonly state: 'off' | 'lobby' | 'shuffling' | 'open';
  /** Who has this number or a lower one is let in. */
  readonly serving: number;
  /** People let in a second, for an estimate. */
  readonly ratePerSecond: number;
  readonly opensAt: string | null;
  readonly publishedAt: string;
  /** SHA-256 of the seed, in hexadecimal digits as all of these. */
  readonly commitment: string;
  /** Null until the draw. */
  readonly seed: string | null;
  readonly entrantsDigest: string | null;
  /** How many are or were in the lobby. */
  readonly entrants: number;
}

export interface Room {
  readonly row: RoomRow;
  readonly document: QueueDocument;
}

/** Whether one has to wait: an `auto` room only while it is crowded. */
export function isInForce({ mode, state, crowded }: Pick<RoomRow, 'mode' | 'state' | 'crowded'>): boolean {
  return mode === 'on' || (mode === 'auto' && (crowded === 1 || state !== 'open'));
}

/** What of a room is public. */
export function documentOf(row: RoomRow, publishedAt: Date): QueueDocument {
  // A room that opened without a lobby has nothing to prove, and may still get one.
  const drawn = row.state === 'open' && row.entrants_digest !== null;
  return {
    sessionId: row.id,
    state: isInForce(row) ? row.state : 'off',
    serving: row.serving,
    ratePerSecond: Math.round(row.rate * 10) / 10,
    opensAt: row.opens_at?.toISOString() ?? null,
    publishedAt: publishedAt.toISOString(),
    commitment: row.commitment.toString('hex'),
    seed: drawn ? row.seed.toString('hex') : null,
    entrantsDigest: row.entrants_digest?.toString('hex') ?? null,
    entrants: row.lobby_count,
  };
}

export interface RoomsOptions {
  readonly db: AnyDatabase;
  readonly log: Logger;
  readonly now: () => number;
}

/**
 * The rooms in memory, read again by one query a second whoever asks how often. While MariaDB is away the last state
 * stands; it says itself when it was published.
 */
export class Rooms implements Required<Component> {
  readonly name = 'waiting rooms';
  readonly #options: RoomsOptions;
  readonly #loop: Loop;
  #rooms: ReadonlyMap<string, Room> | undefined;
  #asked = 0;
  #known = 0;

  constructor(options: RoomsOptions) {
    this.#options = options;
    const round = async () => {
      await this.refresh();
      return 800;
    };
    this.#loop = new Loop({ name: this.name, log: options.log, round, maxBackOffMs: 1_000 });
  }

  /** Resolves when the rooms are known. */
  async start(): Promise<void> {
    await this.refresh();
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async refresh(): Promise<void> {
    this.#asked += 1;
    const turn = this.#asked;
    const rows = await findRooms(this.#options.db);
    // What was asked for earlier and comes later is older.
    if (turn < this.#known) return;
    this.#known = turn;
    const at = new Date(this.#options.now());
    this.#rooms = new Map(rows.map((row) => [row.id, { row, document: documentOf(row, at) }]));
  }

  /** @returns undefined when the session has no waiting room, or it is off */
  get(sessionId: string): Room | undefined {
    return this.#rooms?.get(sessionId);
  }

  /** As `get`, or from MariaDB what is off. */
  async find(sessionId: string): Promise<RoomRow | undefined> {
    return this.get(sessionId)?.row ?? (await findRoom(this.#options.db, sessionId));
  }

  /** Before the rooms are known everybody needs a pass: it is no time to let in a crowd. */
  requiresPass(sessionId: string): boolean {
    if (!this.#rooms) return true;
    const room = this.#rooms.get(sessionId);
    return room !== undefined && room.document.state !== 'off';
  }
}
