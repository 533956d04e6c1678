import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@ticketaka/platform/log';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Redis } from '@ticketaka/platform/redis';
import { ChangeReader } from './change-reader.ts';
import type { ChangeStream, ImageReader } from './picture.ts';
import { type MirroredSession, SessionMirror } from './session-mirror.ts';

export interface MirrorOptions {
  readonly image: ImageReader;
  readonly changes: ChangeStream;
  /** A connection of its own is made from it. */
  readonly redis: Redis;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Milliseconds between two events to clients at least: what changes meanwhile is told together. @default 100 */
  readonly tickMs?: number;
  /** Of each session, events that clients who come back may have missed. @default 262144 */
  readonly keptBytes?: number;
  /** After so long without a question a session is forgotten. @default 600000 */
  readonly idleMs?: number;
  /** What was not confirmed for so long is not believed. @default 2000 */
  readonly trustMs?: number;
}

const verifyMs = 1_000;
const retryMs = 200;
const openMs = 1_000;
const idlePauseMs = 20;
/** How often it is looked whether clients are to be told that their pictures may be old. */
const trustLookMs = 500;

/**
 * The pictures of the sessions that are asked about here, in memory: a snapshot, kept up to date by the stream of
 * changes. A gap, another epoch, a lost picture or connection lead to a new snapshot.
 */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #trustMs: number;
  readonly #mirrors = new Map<string, SessionMirror>();
  readonly #loading = new Map<string, Promise<void>>();
  readonly #reader: ChangeReader;
  readonly #reloads;
  #verifiedAt = 0;
  #running: Promise<void> | undefined;
  #telling: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: MirrorOptions) {
    const { redis, changes, metrics } = options;
    this.#options = options;
    this.#trustMs = options.trustMs ?? 2_000;
    this.#reader = new ChangeReader(redis, changes);
    this.#reloads = metrics.counter('availability_snapshots_total', 'Whole pictures taken from Redis', ['why']);
  }

  async start(): Promise<void> {
    await this.#reader.connect();
    this.#running = this.#run();
    // Not with the reading: that waits while Redis hangs.
    this.#telling = setInterval(() => this.#tellTrust(), trustLookMs).unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#telling);
    this.#reader.close();
    await this.#running;
    for (const mirror of this.#mirrors.values()) mirror.close();
    this.#mirrors.clear();
  }

  /** The session's picture if it is here and of this very session, whether it can be believed or not. */
  shown(session: MirroredSession): SessionMirror | undefined {
    const mirror = this.#mirrors.get(session.id);
    if (!mirror?.position || !mirror.seats.isOf(session)) return undefined;
    mirror.touch();
    return mirror;
  }

  /**
   * Begins to mirror a session, if it is not mirrored yet. What is given of it anew, such as its grades, is taken over.
   * @returns undefined when its picture could not be had in a second; it is gone on trying for
   */
  async open(session: MirroredSession): Promise<SessionMirror | undefined> {
    const shown = this.shown(session);
    if (shown) return shown;
    const known = this.#mirrors.get(session.id);
    const mirror = known?.seats.units === session.units ? known : this.#add(session);
    mirror.touch();
    mirror.seats.regrade(session);
    if (mirror.position) return mirror;
    await Promise.race([this.#load(mirror, 'opened'), delay(openMs, undefined, { ref: false })]);
    return mirror.position ? mirror : undefined;
  }

  /** The session's picture, if it can be believed now. */
  trusted(sessionId: string): SessionMirror | undefined {
    const mirror = this.#mirrors.get(sessionId);
    const age = mirror?.ageMs;
    if (!mirror || age === undefined || age > this.#trustMs) return undefined;
    mirror.touch();
    return mirror;
  }

  /** Of what a client is shown: whether it can be believed. */
  believes({ ageMs }: SessionMirror): boolean {
    return ageMs !== undefined && ageMs <= this.#trustMs;
  }

  /** Ids of those that are mirrored now. */
  get sessions(): readonly string[] {
    return [...this.#mirrors.keys()];
  }

  #tellTrust() {
    for (const mirror of this.#mirrors.values()) mirror.feed?.behind(this.believes(mirror) ? 0 : mirror.behindSeconds);
  }

  #add(session: MirroredSession): SessionMirror {
    const { tickMs = 100, keptBytes = 262_144 } = this.#options;
    // Of another map: its clients come back and are told everything.
    this.#mirrors.get(session.id)?.close();
    const mirror = new SessionMirror(session, { tickMs, keptBytes });
    this.#mirrors.set(session.id, mirror);
    return mirror;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#round();
      } catch (error) {
        if (this.#stopped) return;
        this.#options.log.debug({ err: error }, 'changes of seats could not be read');
        // Whoever answers next may be another Redis, which has not all that this one had.
        for (const mirror of this.#mirrors.values()) mirror.doubt();
        await delay(retryMs);
      }
    }
  }

  async #round(): Promise<void> {
    if (!this.#reader.connected) throw new Error('not connected');
    this.#forgetIdle();
    const all = [...this.#mirrors.values()];
    for (const mirror of all) if (mirror.ageMs === undefined) void this.#load(mirror, 'lost');
    const current = all.filter(({ ageMs }) => ageMs !== undefined);
    if (current.length === 0) {
      await delay(idlePauseMs);
      return;
    }
    const found = await this.#reader.read(current);
    for (const mirror of current) {
      if (mirror.ageMs === undefined) continue;
      if (mirror.apply(found.get(mirror) ?? [], this.#options.changes)) mirror.confirm();
      else void this.#load(mirror, 'gap');
    }
    if (performance.now() - this.#verifiedAt > verifyMs) await this.#verify(current);
  }

  /** An image that was lost changes no more: its stream is silent, and nothing else tells. */
  async #verify(current: readonly SessionMirror[]): Promise<void> {
    this.#verifiedAt = performance.now();
    const epochs = await Promise.all(current.map(({ id }) => this.#options.image.epoch(id)));
    for (const [index, mirror] of current.entries()) {
      if (epochs[index] !== mirror.position?.epoch) mirror.doubt();
    }
  }

  /** Never fails: without a picture it is not current, and is tried again. */
  #load(mirror: SessionMirror, why: 'opened' | 'lost' | 'gap'): Promise<void> {
    const loading =
      this.#loading.get(mirror.id) ?? this.#take(mirror, why).finally(() => this.#loading.delete(mirror.id));
    this.#loading.set(mirror.id, loading);
    return loading;
  }

  async #take(mirror: SessionMirror, why: 'opened' | 'lost' | 'gap'): Promise<void> {
    try {
      const picture = await this.#options.image.bits(mirror.id);
      if (picture.kind === 'bits' && picture.units === mirror.seats.units) {
        mirror.load(picture, this.#options.changes);
        this.#reloads.inc({ why });
        return;
      }
    } catch (error) {
      this.#options.log.debug({ err: error, sessionId: mirror.id }, 'a picture could not be taken');
    }
    // Not at once again.
    await delay(retryMs, undefined, { ref: false });
  }

  #forgetIdle() {
    for (const [id, mirror] of this.#mirrors) {
      if (mirror.idleMs <= (this.#options.idleMs ?? 600_000)) continue;
      mirror.close();
      this.#mirrors.delete(id);
    }
  }
}
