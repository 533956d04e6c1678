import type { Request, Response } from 'express';
import type { TokenVerifier } from '../auth/index.ts';
import type { Route } from '../contract/index.ts';
import { bytes, noContent } from '../contract/index.ts';
import type { Logger } from '../log/index.ts';
import { withTrace } from '../telemetry/index.ts';
import { authenticator } from './access.ts';
import { bodyReader, hasBody, refuseBody } from './body.ts';
import { Context, Exchange } from './exchange.ts';
import { getAnswer } from './get-answer.ts';
import { HandlersKey, type IdempotencyStore, idempotencyKey, keyedRequest, once } from './idempotency.ts';
import { inputParser } from './input.ts';
import type { Observe } from './observe.ts';
import type { OpenStreams } from './open-streams.ts';
import { type CheckResponses, resultRenderer } from './output.ts';
import type { Rendered } from './rendered.ts';
import { streamAnswer } from './stream-answer.ts';
import type { Handler, RequestContext } from './types.ts';

export type Answer = (request: Request, response: Response) => void;

export interface RoutePlanOptions {
  readonly route: Route;
  readonly handler: Handler;
  readonly base: string;
  readonly verifier: TokenVerifier | undefined;
  readonly idempotency: IdempotencyStore | undefined;
  readonly streams: OpenStreams | undefined;
  readonly log: Logger;
  readonly observe: Observe;
  readonly checkResponses: CheckResponses;
}

const defaultMaxBodyBytes = 65_536;

/** Compiles a route into the function that answers it, so that nothing about the declaration is looked up later. */
export function routePlan(options: RoutePlanOptions): Answer {
  const { route, handler, verifier, log } = options;
  const surroundings = { log, observe: options.observe, base: options.base };
  const authenticate = authenticator(route.access, verifier);
  const renderer = resultRenderer(route, options.checkResponses);
  const render = route.method === 'GET' ? getAnswer(route, renderer) : renderer;
  const read = route.body && bodyReader(route.body, route.maxBodyBytes ?? defaultMaxBodyBytes);
  const idempotency = idempotencyOf(options);
  const parse = inputParser(route);
  const stream = streamAnswer({ ...options, render });

  function work(exchange: Exchange, context: Context): Promise<Rendered> {
    // The parser has checked each part against the schema that the context's type is derived from. A refusal is passed
    // on by the promise: whoever awaits it throws it again, which costs as much as the rest of this function.
    return handler(context as RequestContext).then((result) => render(result, exchange));
  }

  function keyed(
    exchange: Exchange,
    context: Context,
    { key, body = '' }: { readonly key: string; readonly body: string | Uint8Array | undefined },
  ): Promise<Rendered> {
    const request = { ...ownerOf(route, context), url: exchange.request.url, key, body };
    if (!idempotency) {
      context.idempotency = new HandlersKey(request);
      return work(exchange, context);
    }
    return once({
      store: idempotency,
      request: keyedRequest(request),
      work: () => work(exchange, context).catch((error: unknown) => exchange.problemOf(error)),
      onStoreError: (error) => exchange.log.error({ err: error }, 'an answer could not be stored under its key'),
    });
  }

  async function run(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    try {
      const principal = authenticate && (await authenticate(request));
      const key = route.idempotent ? idempotencyKey(request.headers['idempotency-key']) : undefined;
      if (!read && hasBody(request)) refuseBody();
      const reading = read?.(request);
      const body = reading && (await reading);
      const context = new Context(exchange, parse(request, body), principal);
      if (stream) await stream(exchange, context);
      else
        exchange.send(
          key === undefined ? await work(exchange, context) : await keyed(exchange, context, { key, body }),
        );
    } catch (error) {
      exchange.fail(error);
    }
  }

  return (request, response) => {
    const { traceparent } = request.headers;
    void withTrace(typeof traceparent === 'string' ? traceparent : undefined, () =>
      run(new Exchange(surroundings, request, response)),
    );
  };
}

/** A key belongs to who made it: two callers may choose the same one. */
function ownerOf(route: Route, context: Context): { scope: string; address: string } {
  const scope = `${route.service}.${route.name}`;
  return context.principal
    ? { scope: `${scope}:${context.principal.memberId}`, address: '' }
    : { scope: `${scope}:anonymous`, address: context.clientAddress };
}

function idempotencyOf({ route, idempotency }: RoutePlanOptions): IdempotencyStore | undefined {
  if (route.idempotent !== true) return undefined;
  const name = `${route.service}.${route.name}`;
  if (!idempotency) throw new TypeError(`${name} is idempotent and needs a store`);
  for (const response of Object.values(route.responses)) {
    if (response !== noContent && 'contentType' in response && response.schema === bytes) {
      throw new TypeError(`${name} is idempotent, and bytes cannot be stored`);
    }
  }
  return idempotency;
}
