import type { Response } from 'express';
import type { EventStreamSpec } from '../contract/index.ts';
import { BrokenContract } from './output.ts';
import type { EncodedEvent, StreamSubscriber } from './stream-events.ts';

/** Why a stream ended: who reads it went away, did not keep up, or was told that this process stops; or its source did. */
export type StreamEnd = 'gone' | 'slow' | 'stopping' | 'source';

export interface StreamBounds {
  /** A client that has not taken so many bytes of what was sent is dropped. */
  readonly maxUnsentBytes: number;
  /** Milliseconds that a full connection may stay full. */
  readonly maxStallMs: number;
}

/** One open stream: what was not yet taken by its client is bounded. */
export class StreamWriter implements StreamSubscriber {
  readonly #response: Response;
  readonly #spec: EventStreamSpec;
  readonly #bounds: StreamBounds;
  readonly #listeners: ((end: StreamEnd) => void)[] = [];
  #end: StreamEnd | undefined;
  #wroteAt = performance.now();
  #fullSince: number | undefined;

  constructor(response: Response, spec: EventStreamSpec, bounds: StreamBounds) {
    this.#response = response;
    this.#spec = spec;
    this.#bounds = bounds;
    response.on('drain', () => {
      this.#fullSince = undefined;
    });
    response.once('close', () => this.#finish('gone'));
    // A connection that breaks is seen as a close.
    response.on('error', () => undefined);
  }

  get open(): boolean {
    return this.#end === undefined;
  }

  /** Called once, when nothing more can be sent; at once if that is so already. */
  whenEnded(listener: (end: StreamEnd) => void): void {
    if (this.#end === undefined) this.#listeners.push(listener);
    else listener(this.#end);
  }

  send({ spec, bytes }: EncodedEvent): void {
    if (spec !== this.#spec) throw new BrokenContract('the event was encoded for another stream');
    this.write(bytes);
  }

  write(bytes: Uint8Array): void {
    if (!this.open) return;
    if (this.#response.writableLength > this.#bounds.maxUnsentBytes) {
      this.#drop();
      return;
    }
    this.#wroteAt = performance.now();
    if (!this.#response.write(bytes)) this.#fullSince ??= this.#wroteAt;
  }

  /** Keeps a stream alive that was silent for so long, and drops one whose client has stopped to read. */
  keepAlive(heartbeat: Uint8Array, silenceMs: number): void {
    const now = performance.now();
    if (this.#fullSince !== undefined && now - this.#fullSince > this.#bounds.maxStallMs) this.#drop();
    else if (now - this.#wroteAt >= silenceMs) this.write(heartbeat);
  }

  /** Resolves when there is room for more, or nothing more can be sent. */
  async ready(): Promise<void> {
    if (this.#fullSince === undefined || !this.open) return;
    await new Promise<void>((resolve) => {
      this.#response.once('drain', resolve).once('close', resolve);
    });
  }

  end(): void {
    this.stop('source');
  }

  stop(end: 'source' | 'stopping', last?: Uint8Array): void {
    if (!this.#finish(end)) return;
    this.#response.end(last);
  }

  /** What waits for a client that does not read is thrown away, and the connection with it. */
  #drop() {
    if (this.#finish('slow')) this.#response.destroy();
  }

  #finish(end: StreamEnd): boolean {
    if (!this.open) return false;
    this.#end = end;
    for (const listener of this.#listeners) listener(end);
    return true;
  }
}
