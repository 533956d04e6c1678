import { encoded, type PreparedBody } from '@ticketaka/platform/http';
import type { ChangeStream, PictureOutcome } from './picture.ts';
import { comparePositions, type Position, parsePosition, positionText } from './position.ts';
import { SeatStates, type SessionUnits } from './seat-states.ts';
import { type FeedOptions, SessionFeed } from './session-feed.ts';

/** A session as the mirror knows it before it has seen its picture. */
export interface MirroredSession extends SessionUnits {
  readonly id: string;
}

export type Entry = readonly [id: string, fields: readonly string[]];

/** The whole picture, ready to be sent. */
export interface Snapshot {
  readonly body: PreparedBody<'content'>;
  /** Frozen, so that what was made of them once may be used again. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A CDN may answer for a second by itself; whoever opens the stream after that is told what is missing. */
const caching = 'public, max-age=0, s-maxage=1';

/** The picture of one session in memory: as it was at `position`, and what clients are told of it. */
export class SessionMirror {
  readonly id: string;
  readonly seats: SeatStates;
  readonly #feedOptions: FeedOptions;
  #position: Position | undefined;
  #feed: SessionFeed | undefined;
  #snapshot: Snapshot | undefined;
  #snapshotOf: Position | undefined;
  #snapshotAt = 0;
  #usedAt = performance.now();
  #confirmedAt: number | undefined;
  #lastConfirmedAt = performance.now();

  constructor(session: MirroredSession, feedOptions: FeedOptions) {
    this.id = session.id;
    this.seats = new SeatStates(session);
    this.#feedOptions = feedOptions;
  }

  /** Undefined before the first picture came. */
  get position(): Position | undefined {
    return this.#position;
  }

  get feed(): SessionFeed | undefined {
    return this.#feed;
  }

  /** Milliseconds since anybody asked; never while a client reads its stream. */
  get idleMs(): number {
    return this.#feed && this.#feed.clients > 0 ? 0 : performance.now() - this.#usedAt;
  }

  touch(): void {
    this.#usedAt = performance.now();
  }

  /** Milliseconds since this was the picture that Redis had; undefined when it is known to be another by now. */
  get ageMs(): number | undefined {
    return this.#confirmedAt === undefined ? undefined : performance.now() - this.#confirmedAt;
  }

  /** Redis has nothing newer. */
  confirm(): void {
    this.#confirmedAt = performance.now();
    this.#lastConfirmedAt = this.#confirmedAt;
  }

  /** Seconds since this was the picture that Redis had, at least 1. */
  get behindSeconds(): number {
    return Math.max(1, Math.ceil((performance.now() - this.#lastConfirmedAt) / 1_000));
  }

  /** There is another picture, or none: this one is shown on, and not believed, until the next is here. */
  doubt(): void {
    this.#confirmedAt = undefined;
  }

  /** Takes a whole picture over. */
  load(picture: Extract<PictureOutcome, { kind: 'bits' }>, changes: ChangeStream): void {
    const position = parsePosition(changes.idOf(picture.version));
    if (!position) throw new TypeError(`a picture has the version ${picture.version}`);
    const changed = this.seats.replace(picture.bitmap);
    this.#moved(position, changed);
    this.confirm();
  }

  /**
   * Takes changes over in their order, those that are known already left out.
   * @returns false when one is missing or the picture was built anew: the whole picture is needed
   */
  apply(entries: readonly Entry[], changes: ChangeStream): boolean {
    let at = this.#position;
    const changed: number[] = [];
    let whole = at !== undefined;
    for (const entry of entries) {
      const next = parsePosition(entry[0]);
      if (!at || !next) throw new TypeError(`the stream of changes has an entry ${entry[0]}`);
      if (comparePositions(next, at) <= 0) continue;
      const { reset, steps } = changes.parse(entry);
      whole = !reset && next.epoch === at.epoch && next.count === at.count + 1;
      if (!whole) break;
      for (const { state, units } of steps) {
        for (const unit of units) if (this.seats.set(unit, state)) changed.push(unit);
      }
      at = next;
    }
    if (at && at !== this.#position) this.#moved(at, changed);
    if (!whole) this.doubt();
    return whole;
  }

  /** Made anew once in a tick at most: on its way it is as old as that anyway. */
  snapshot(): Snapshot | undefined {
    const position = this.#position;
    if (!position || position === this.#snapshotOf) return this.#snapshot;
    const now = performance.now();
    if (this.#snapshot && now - this.#snapshotAt < this.#feedOptions.tickMs) return this.#snapshot;
    const body = encoded(Buffer.from(this.seats.bits), { etag: `"${positionText(position)}"`, compressible: true });
    const headers = { 'cache-control': caching, 'availability-units': String(this.seats.units) };
    this.#snapshot = { body, headers: Object.freeze(headers) };
    this.#snapshotOf = position;
    this.#snapshotAt = now;
    return this.#snapshot;
  }

  close(): void {
    this.#feed?.close();
  }

  #moved(to: Position, changed: readonly number[]) {
    this.#position = to;
    if (this.#feed) this.#feed.moved(to, changed);
    else this.#feed = new SessionFeed(this.seats, to, this.#feedOptions);
  }
}
