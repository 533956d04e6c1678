import { type EventStreamSpec, eventStreamOf, type Route } from '../contract/index.ts';
import { encoded } from './encode-event.ts';
import type { Context, Exchange } from './exchange.ts';
import type { OpenStreams } from './open-streams.ts';
import { BrokenContract, lowerCased } from './output.ts';
import type { Rendered } from './rendered.ts';
import type { StreamBody, StreamEvent, StreamSource } from './stream-events.ts';
import { StreamWriter } from './stream-writer.ts';
import type { Handler, RequestContext, RouteResult } from './types.ts';

export interface StreamAnswerOptions {
  readonly route: Route;
  readonly handler: Handler;
  /** For the answers of the route that are no stream. */
  readonly render: (result: RouteResult, exchange: Exchange) => Rendered | Promise<Rendered>;
  readonly streams: OpenStreams | undefined;
}

const streamHeaders = {
  'content-type': 'text/event-stream',
  // Nobody in between is to keep, compress or collect it; nginx is told in words of its own.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/**
 * Compiles the answering of a route with an event stream.
 * @returns undefined for other routes
 * @throws TypeError when the stream is not the answer 200 of a GET, which is all that browsers read
 */
export function streamAnswer({ route, handler, render, streams }: StreamAnswerOptions) {
  const spec = eventStreamOf(route);
  if (!spec) return undefined;
  const name = `${route.service}.${route.name}`;
  if (route.method !== 'GET' || route.responses[200] !== spec) throw new TypeError(`${name} cannot be an event stream`);
  if (!streams) throw new TypeError(`${name} has no place for its streams`);
  streams.declare(route.fullPath);

  /** Undefined for a HEAD, which is told only how the answer would begin. */
  const open = (exchange: Exchange, context: Context, { headers }: RouteResult): StreamWriter | undefined => {
    const release = streams.admit({ memberId: context.principal?.memberId, address: context.clientAddress });
    exchange.begin(200, { ...streamHeaders, ...lowerCased(headers) });
    if (exchange.request.method === 'HEAD') {
      release();
      exchange.response.end();
      return undefined;
    }
    const writer = new StreamWriter(exchange.response, spec, streams.bounds);
    writer.whenEnded(release);
    streams.keep(route.fullPath, writer);
    return writer;
  };

  return async (exchange: Exchange, context: Context): Promise<void> => {
    // The parser has checked each part against the schema that the context's type is derived from.
    const result = await handler(context as RequestContext);
    if (result.status !== 200) {
      exchange.send(await render(result, exchange));
      return;
    }
    const body = streamBody(result, name);
    // Whoever asked may have gone by now, and would never be seen to go.
    if (exchange.response.destroyed) return;
    const writer = open(exchange, context, result);
    if (!writer) return;
    if (isSource(body)) writer.whenEnded(body.subscribe(writer));
    else await pump(body, writer, spec);
  };
}

/** @throws BrokenContract when the handler gave something else */
function streamBody({ body }: RouteResult, name: string): StreamBody {
  const given: unknown = body;
  if (typeof given === 'object' && given !== null && ('subscribe' in given || Symbol.asyncIterator in given)) {
    // The one or the other, as the type of the route's answer says.
    return given as StreamBody;
  }
  throw new BrokenContract(`${name} answers with events`);
}

function isSource(body: StreamBody): body is StreamSource {
  return 'subscribe' in body;
}

/** One event at a time: the next is asked for when there is room for it. */
async function pump(events: AsyncIterable<StreamEvent>, writer: StreamWriter, spec: EventStreamSpec): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  writer.whenEnded(() => {
    // It may wait for something that never comes; whoever made it has the request's signal to end that.
    iterator.return?.().catch(() => undefined);
  });
  while (writer.open) {
    const next = await iterator.next().catch((error: unknown) => {
      // To be torn from its waiting is how an iterable ends whose client has gone.
      if (writer.open) throw error;
      return { done: true, value: undefined } as const;
    });
    if (next.done) writer.end();
    else writer.send(encoded(spec, next.value));
    await writer.ready();
  }
}
