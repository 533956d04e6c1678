import type { z } from 'zod';
import { type EventStreamSpec, eventStreamOf, type Route, type StreamEvents } from '../contract/index.ts';
import { BrokenContract, checkedOutput } from './output.ts';

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

type Answering = Pick<Route, 'responses'>;

type EventsOf<R extends Answering> = R['responses'][200] extends EventStreamSpec<infer Events> ? Events : never;

/**
 * Writes an event of a stream out, checked by its schema.
 * @throws BrokenContract when the route does not declare it, or its data breaks the schema
 */
export function encodeEvent<R extends Answering>(route: R, event: StreamEvent<EventsOf<R>>): EncodedEvent<EventsOf<R>>;
export function encodeEvent(route: Answering, event: StreamEvent): EncodedEvent {
  const spec = eventStreamOf(route);
  if (!spec) throw new BrokenContract('the route is no event stream');
  return encoded(spec, event);
}

/** @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
export function encoded(spec: EventStreamSpec, { event, id, data }: StreamEvent): EncodedEvent {
  const schema = Object.hasOwn(spec.events, event) ? spec.events[event] : undefined;
  if (!schema) throw new BrokenContract(`the stream declares no event ${event}`);
  if (id !== undefined && !/^[ -~]*$/.test(id)) throw new BrokenContract('the id of an event is printable ASCII');
  // JSON has no line breaks of its own, so that it is one line of data.
  const lines = [
    ...(id === undefined ? [] : [`id: ${id}`]),
    `event: ${event}`,
    `data: ${JSON.stringify(checkedOutput(schema, data) ?? null)}`,
  ];
  return new EncodedEvent(spec, Buffer.from(`${lines.join('\n')}\n\n`));
}
