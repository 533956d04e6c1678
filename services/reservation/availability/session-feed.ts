import { encodeEvent, type StreamSource, type StreamSubscriber } from '@ticketaka/platform/http';
import { comparePositions, type Position, parsePosition, positionText } from './position.ts';
import { availabilityRoutes } from './routes.ts';
import { type SeatStates, states } from './seat-states.ts';

const route = availabilityRoutes.streamAvailability;
export type FeedEvents = (typeof route)['responses'][200]['events'];
type Event = ReturnType<typeof encodeEvent<typeof route>>;

export interface FeedOptions {
  /** Milliseconds between two events at least. */
  readonly tickMs: number;
  /** Bytes of events that are kept for clients that come back. */
  readonly keptBytes: number;
}

interface Kept {
  readonly to: Position;
  readonly event: Event;
}

/**
 * Tells the clients of one session what changes. Each event is encoded once; the last ones are kept, so that a client
 * that comes back is told what it missed. Told twice, a change is no harm: an event says what the units are by then.
 */
export class SessionFeed {
  readonly #seats: SeatStates;
  readonly #options: FeedOptions;
  readonly #subscribers = new Set<StreamSubscriber<FeedEvents>>();
  #at: Position;
  /** Units that changed since the clients were told. */
  #changed = new Set<number>();
  #kept: Kept[] = [];
  #keptBytes = 0;
  /** Who knows the picture of then or later can be told what it missed. */
  #since: Position;
  #timer: NodeJS.Timeout | undefined;
  #toldAt = 0;
  #closed = false;
  /** Since how many seconds the picture cannot be believed; 0 while it can. */
  #behindSeconds = 0;
  #snapshot: Kept | undefined;

  constructor(seats: SeatStates, at: Position, options: FeedOptions) {
    this.#seats = seats;
    this.#options = options;
    this.#at = at;
    this.#since = at;
  }

  get clients(): number {
    return this.#subscribers.size;
  }

  /** The picture is at another position now, and these units of it are others. */
  moved(to: Position, units: readonly number[]): void {
    // An image that is not the continuation of the one that clients know: what they were told must not be built upon.
    const ahead = comparePositions(to, this.#at);
    const broken = to.epoch !== this.#at.epoch || ahead < 0 || (ahead === 0 && units.length > 0);
    this.#at = to;
    if (broken) {
      this.#restart();
      return;
    }
    for (const unit of units) this.#changed.add(unit);
    if (this.#changed.size > 0) this.#timer ??= setTimeout(() => this.#tell(), this.#wait());
  }

  /** Tells when it turns out that the picture may be old, and when it is not any more. @param seconds 0 when it is not */
  behind(seconds: number): void {
    const turns = seconds > 0 !== this.#behindSeconds > 0;
    this.#behindSeconds = seconds;
    if (!turns) return;
    // What became known with it comes first.
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#tell();
    }
    this.#send(this.#trustEvent());
  }

  /** @param after what the client has seen; with anything that is not of this picture's past it is told all */
  source(after: string | undefined): StreamSource<FeedEvents> {
    return {
      subscribe: (subscriber) => {
        // There is another map by now, or the process stops: whoever comes back is told by another feed.
        if (this.#closed) {
          subscriber.end();
          return () => undefined;
        }
        this.#subscribers.add(subscriber);
        for (const event of this.#missed(after)) subscriber.send(event);
        if (this.#behindSeconds > 0) subscriber.send(this.#trustEvent());
        return () => this.#subscribers.delete(subscriber);
      },
    };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const subscriber of this.#subscribers) subscriber.end();
  }

  #missed(after: string | undefined): readonly Event[] {
    const seen = after === undefined ? undefined : parsePosition(after);
    if (!seen || comparePositions(seen, this.#since) < 0 || comparePositions(seen, this.#at) > 0) {
      return [this.#wholeEvent()];
    }
    return this.#kept.filter(({ to }) => comparePositions(to, seen) > 0).map(({ event }) => event);
  }

  /** After a silence what changes is told almost at once; amid many changes, once in a tick. */
  #wait(): number {
    const { tickMs } = this.#options;
    return Math.max(tickMs / 10, tickMs - (performance.now() - this.#toldAt));
  }

  #tell() {
    this.#timer = undefined;
    this.#toldAt = performance.now();
    const units = this.#changed;
    this.#changed = new Set();
    // About six bytes for a unit by name, and a third of one in a whole picture.
    const event = units.size * 18 > this.#seats.units ? this.#wholeEvent() : this.#deltaEvent(units);
    this.#keep({ to: this.#at, event });
    this.#send(event);
  }

  #restart() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#changed = new Set();
    this.#snapshot = undefined;
    this.#since = this.#at;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#send(this.#wholeEvent());
  }

  #send(event: Event) {
    for (const subscriber of this.#subscribers) subscriber.send(event);
  }

  #keep(kept: Kept) {
    this.#kept.push(kept);
    this.#keptBytes += kept.event.bytes.length;
    while (this.#keptBytes > this.#options.keptBytes) {
      const oldest = this.#kept.shift();
      if (!oldest) break;
      this.#keptBytes -= oldest.event.bytes.length;
      this.#since = oldest.to;
    }
  }

  /** Without an id: it is no version of the picture. */
  #trustEvent(): Event {
    const seconds = this.#behindSeconds;
    return encodeEvent(route, seconds > 0 ? { event: 'behind', data: { seconds } } : { event: 'current', data: {} });
  }

  #deltaEvent(units: ReadonlySet<number>): Event {
    const data: Partial<Record<(typeof states)[number], number[]>> = {};
    for (const unit of units) (data[states[this.#seats.get(unit)]] ??= []).push(unit);
    return encodeEvent(route, { event: 'delta', id: positionText(this.#at), data });
  }

  #wholeEvent(): Event {
    if (this.#snapshot && comparePositions(this.#snapshot.to, this.#at) === 0) return this.#snapshot.event;
    const { units, bits } = this.#seats;
    const data = { units, bits: Buffer.from(bits).toString('base64') };
    const event = encodeEvent(route, { event: 'snapshot', id: positionText(this.#at), data });
    this.#snapshot = { to: this.#at, event };
    return event;
  }
}
