import { type EventStreamSpec, eventStreamOf, type Route } from '../contract/index.ts';
import { BrokenContract, checkedOutput } from './output.ts';
import { EncodedEvent, type StreamEvent } from './stream-events.ts';

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
