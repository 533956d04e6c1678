import type { z } from 'zod';
import type { EventStreamSpec, StreamEvents } from '../contract/index.ts';

/** One of the events that a stream declares. */
export type StreamEvent<Events extends StreamEvents = StreamEvents> = {
  [Name in keyof Events & string]: {
    readonly event: Name;
    /** What a client that connects again says it saw last. Printable ASCII. */
    readonly id?: string;
    readonly data: z.input<Events[Name]>;
  };
}[keyof Events & string];

/** An event as it is sent. Encoded once, it may go to any number of clients. */
export class EncodedEvent<Events extends StreamEvents = StreamEvents> {
  readonly spec: EventStreamSpec<Events>;
  readonly bytes: Uint8Array;

  constructor(spec: EventStreamSpec<Events>, bytes: Uint8Array) {
    this.spec = spec;
    this.bytes = bytes;
  }
}

/** One client of a stream, as the source of its events sees it. */
export interface StreamSubscriber<Events extends StreamEvents = StreamEvents> {
  /**
   * Sends an event. A client that does not keep up is dropped here, and nothing is sent to one that has gone: no error,
   * the subscription is ended.
   */
  send(event: EncodedEvent<Events>): void;
  /** There will be no more events. */
  end(): void;
}

/** Where the events of many clients come from: each is encoded once for all of them. */
export interface StreamSource<Events extends StreamEvents = StreamEvents> {
  /**
   * Called when the head of the answer is on its way. May send at once.
   * @returns what ends the subscription; called once, whoever ends it
   */
  subscribe(subscriber: StreamSubscriber<Events>): () => void;
}

/**
 * What a handler gives as the body of a stream. An iterable is for one client: it is asked for the next event when the
 * last one is on its way. Where many clients are told the same, a source is.
 */
export type StreamBody<Events extends StreamEvents = StreamEvents> =
  | AsyncIterable<StreamEvent<Events>>
  | StreamSource<Events>;
