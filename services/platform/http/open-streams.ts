import { Counter, Gauge } from 'prom-client';
import { platformErrors } from '../contract/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { problem } from './problem.ts';
import type { StreamBounds, StreamEnd, StreamWriter } from './stream-writer.ts';

export interface StreamLimits {
  /** Of this process; one more gets 503. @default 5000 */
  readonly maxOpen?: number;
  /** Of one member; one more gets 429. @default 10 */
  readonly maxPerMember?: number;
  /** Of one address, behind which may be a mobile network: one more gets 429. @default 100 */
  readonly maxPerAddress?: number;
  /** Bytes that a client has not taken when it is dropped. @default 262144 */
  readonly maxUnsentBytes?: number;
  /** Milliseconds that a client may not read at all while there is more for it than fits. @default 30000 */
  readonly maxStallMs?: number;
  /** Milliseconds of silence after which a comment is sent, so that nobody in between takes it for dead. @default 15000 */
  readonly heartbeatMs?: number;
  /** Milliseconds within which clients come back after a stream ended, each at a time of its own. @default 3000 */
  readonly retryMs?: number;
}

/** Who reads a stream: a member where the route knows one, else an address. */
export interface StreamOwner {
  readonly memberId: string | undefined;
  readonly address: string;
}

const heartbeat = Buffer.from(':\n\n');
const ends: readonly StreamEnd[] = ['gone', 'slow', 'stopping', 'source'];

/** All streams of a process that are open: how many, whose, kept alive, and ended together when it stops. */
export class OpenStreams {
  readonly bounds: StreamBounds;
  readonly #limits: Required<StreamLimits>;
  readonly #writers = new Set<StreamWriter>();
  readonly #owners = new Map<string, number>();
  readonly #open: Gauge<'route'>;
  readonly #ended: Counter<'route' | 'end'>;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(limits: StreamLimits, { registry }: Pick<Metrics, 'registry'>) {
    this.#limits = {
      maxOpen: 5_000,
      maxPerMember: 10,
      maxPerAddress: 100,
      maxUnsentBytes: 262_144,
      maxStallMs: 30_000,
      heartbeatMs: 15_000,
      retryMs: 3_000,
      ...limits,
    };
    this.bounds = this.#limits;
    this.#open = new Gauge({
      name: 'ticketaka_http_event_streams_open',
      help: 'Event streams that clients read now',
      labelNames: ['route'],
      registers: [registry],
    });
    this.#ended = new Counter({
      name: 'ticketaka_http_event_streams_ended_total',
      help: 'Event streams that ended: the client went, was too slow, the process stops, or the source has no more',
      labelNames: ['route', 'end'],
      registers: [registry],
    });
  }

  /** Gives a route its series, so that nothing is there from the start. */
  declare(route: string): void {
    this.#open.set({ route }, 0);
    for (const end of ends) this.#ended.inc({ route, end }, 0);
  }

  /**
   * Takes a place for one more stream.
   * @returns what gives the place back
   * @throws Problem 503 when this process has no place left or stops, 429 when whoever asks has theirs
   */
  admit({ memberId, address }: StreamOwner): () => void {
    const { maxOpen, maxPerMember, maxPerAddress } = this.#limits;
    if (this.#stopping || this.#writers.size >= maxOpen) {
      throw problem(platformErrors, 'unavailable', { retryAfterSeconds: 1 + Math.ceil(Math.random() * 4) });
    }
    const owner = memberId === undefined ? `address ${address}` : `member ${memberId}`;
    const held = this.#owners.get(owner) ?? 0;
    if (held >= (memberId === undefined ? maxPerAddress : maxPerMember)) {
      throw problem(platformErrors, 'too_many_requests', { retryAfterSeconds: 10 });
    }
    this.#owners.set(owner, held + 1);
    return () => {
      const left = (this.#owners.get(owner) ?? 1) - 1;
      if (left > 0) this.#owners.set(owner, left);
      else this.#owners.delete(owner);
    };
  }

  /** Keeps a stream until it ends, and tells its client first of all when to come back then. */
  keep(route: string, writer: StreamWriter): void {
    this.#writers.add(writer);
    this.#open.inc({ route });
    this.#timer ??= setInterval(() => this.#keepAlive(), Math.min(1_000, this.#limits.heartbeatMs)).unref();
    writer.whenEnded((end) => {
      this.#writers.delete(writer);
      this.#open.dec({ route });
      this.#ended.inc({ route, end });
      if (this.#writers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    });
    writer.write(this.#retry());
  }

  /** Ends all streams and takes no more. Each client is told another time to come back at, to another process. */
  close(): void {
    this.#stopping = true;
    for (const writer of this.#writers) writer.stop('stopping', this.#retry());
  }

  #keepAlive() {
    for (const writer of this.#writers) writer.keepAlive(heartbeat, this.#limits.heartbeatMs);
  }

  #retry(): Uint8Array {
    const { retryMs } = this.#limits;
    return Buffer.from(`retry: ${Math.round(retryMs / 4 + Math.random() * retryMs * 0.75)}\n\n`);
  }
}
