import { z } from 'zod';
import { type ContentSpec, content, isContent, noContent, type ResponseSpec, type Route } from './route.ts';

/** What the `data` of each event is, by the event's name. */
export type StreamEvents = Readonly<Record<string, z.ZodType>>;

/** An answer without an end: server-sent events, whose data is JSON of the event's schema. */
export interface EventStreamSpec<Events extends StreamEvents = StreamEvents> extends ContentSpec<z.ZodString> {
  readonly contentType: 'text/event-stream';
  readonly events: Events;
}

/**
 * The answer 200 of a GET that goes on sending: `eventStream({ delta: Delta, snapshot: Snapshot })`. Browsers read it
 * with `EventSource`, which connects again by itself and says in Last-Event-ID which event it saw last.
 * @throws TypeError when the name of an event is not letters, digits and hyphens
 */
export function eventStream<const Events extends StreamEvents>(events: Events): EventStreamSpec<Events> {
  const odd = Object.keys(events).find((name) => !/^[A-Za-z][A-Za-z0-9-]*$/.test(name));
  if (odd !== undefined) throw new TypeError(`'${odd}' is not a name of an event`);
  return { ...content('text/event-stream', z.string()), events };
}

export function isEventStream(spec: ResponseSpec): spec is EventStreamSpec {
  return spec !== noContent && isContent(spec) && 'events' in spec;
}

/** The event stream that a route answers with, if it is such a route. */
export function eventStreamOf(route: Pick<Route, 'responses'>): EventStreamSpec | undefined {
  return Object.values(route.responses).find((spec) => isEventStream(spec));
}
