import type { Request, Response } from 'express';
import type { Principal, TokenVerifier } from '../auth/index.ts';
import type { Route } from '../contract/index.ts';
import { bytes, noContent } from '../contract/index.ts';
import type { Logger } from '../log/index.ts';
import { withTrace } from '../telemetry/index.ts';
import { authenticator } from './access.ts';
import { hasBody, readJsonText, refuseBody } from './body.ts';
import { Context, Exchange } from './exchange.ts';
import { type IdempotencyStore, idempotencyKey, once } from './idempotency.ts';
import { parseInput } from './input.ts';
import type { Observe } from './observe.ts';
import { type CheckResponses, resultRenderer } from './output.ts';
import { pathPlan } from './paths.ts';
import type { Rendered } from './rendered.ts';
import type { Handler, RequestContext } from './types.ts';

export type Answer = (request: Request, response: Response) => void;

export interface RoutePlanOptions {
  readonly route: Route;
  readonly handler: Handler;
  readonly base: string;
  readonly verifier: TokenVerifier | undefined;
  readonly idempotency: IdempotencyStore | undefined;
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
  const render = resultRenderer(route, options.checkResponses);
  const limit = route.maxBodyBytes ?? defaultMaxBodyBytes;
  const idempotency = idempotencyOf(options);
  const { names } = pathPlan(route.fullPath);

  async function work(exchange: Exchange, context: Context): Promise<Rendered> {
    // `parseInput` has checked each part against the schema that the context's type is derived from.
    return render(await handler(context as RequestContext), () => exchange.log);
  }

  async function answer(exchange: Exchange): Promise<Rendered> {
    const { request } = exchange;
    const principal = authenticate && (await authenticate(request));
    const key = idempotency && idempotencyKey(request.headers['idempotency-key']);
    const bodyText = route.body ? await readJsonText(request, limit) : undefined;
    if (!route.body && hasBody(request)) refuseBody();
    const context = new Context(exchange, parseInput(route, { request, params: named(request), bodyText }), principal);
    if (!idempotency || key === undefined) return work(exchange, context);
    return once({
      store: idempotency,
      request: {
        scope: `${route.service}.${route.name}:${caller(principal, request)}`,
        key,
        url: request.url,
        body: bodyText ?? '',
      },
      work: () => work(exchange, context).catch((error: unknown) => exchange.problemOf(error)),
      onStoreError: (error) => exchange.log.error({ err: error }, 'an answer could not be stored under its key'),
    });
  }

  async function run(exchange: Exchange): Promise<void> {
    try {
      exchange.send(await answer(exchange));
    } catch (error) {
      exchange.fail(error);
    }
  }

  function named(request: Request): Record<string, string | string[] | undefined> {
    return Object.fromEntries(names.map((name, index) => [name, request.params[`p${index}`]]));
  }

  return (request, response) => {
    const { traceparent } = request.headers;
    void withTrace(typeof traceparent === 'string' ? traceparent : undefined, () =>
      run(new Exchange(surroundings, request, response)),
    );
  };
}

function caller(principal: Principal | undefined, request: Request): string {
  return principal ? principal.memberId : `address ${request.ip ?? ''}`;
}

function idempotencyOf({ route, idempotency }: RoutePlanOptions): IdempotencyStore | undefined {
  if (!route.idempotent) return undefined;
  const name = `${route.service}.${route.name}`;
  if (!idempotency) throw new TypeError(`${name} is idempotent and needs a store`);
  for (const response of Object.values(route.responses)) {
    if (response !== noContent && 'contentType' in response && response.schema === bytes) {
      throw new TypeError(`${name} is idempotent, and bytes cannot be stored`);
    }
  }
  return idempotency;
}
