/** What a matched route says: fault, CORS, redirect, direct response or forwarding, and its header changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, badRequest, localAnswer } from './answer.ts';
import type { ResolveDestination } from './destinations.ts';
import type { Exchange } from './exchange.ts';
import { forward } from './forward.ts';
import { normalizeTarget } from './path-normalization.ts';
import type { MeshRequest } from './request.ts';
import { chooseDestination, type Route, rewritePath, type WeightedDestination } from './route.ts';
import type { MatchContext } from './route-match.ts';
import type { FaultSpec, HttpMatchSpec } from './supported-networking.ts';

export interface MatchedRoute {
  readonly route: Route;
  readonly uri: HttpMatchSpec['uri'];
}

/** The first route that matches. */
export function findRoute(
  routes: readonly Route[],
  request: MeshRequest,
  context: MatchContext,
): MatchedRoute | undefined {
  for (const route of routes) {
    const match = route.match(request, context);
    if (match) return { route, uri: match.uri };
  }
  return undefined;
}

export const noRoute = () => localAnswer(404, '', { flags: 'NR' });

export async function runRoute(
  exchange: Exchange,
  { route, uri }: MatchedRoute,
  { request, resolve }: { request: MeshRequest; resolve: ResolveDestination },
): Promise<Answer> {
  exchange.log.route = route.name;
  const fault = route.fault && (await injectFault(exchange, route.fault));
  if (fault) return fault;
  const preflight = route.cors?.preflight(request);
  if (preflight) return localAnswer(200, '', { flags: '', headers: preflight });

  const { action } = route;
  if (action.kind === 'forward') {
    const chosen = chooseDestination(action.destinations, exchange.runtime.random());
    return decorate(await forwardTo(exchange, chosen, { request, resolve, route, uri }), { request, route, chosen });
  }
  const answer =
    action.kind === 'redirect'
      ? localAnswer(action.redirect.redirectCode ?? 301, '', {
          flags: '',
          headers: { location: locationOf(request, action.redirect) },
        })
      : localAnswer(action.status, action.body, { flags: 'DirectResponse' });
  return decorate(answer, { request, route });
}

interface ForwardOptions {
  readonly request: MeshRequest;
  readonly resolve: ResolveDestination;
  readonly route: Route;
  readonly uri: HttpMatchSpec['uri'];
}

async function forwardTo(exchange: Exchange, chosen: WeightedDestination, options: ForwardOptions): Promise<Answer> {
  const { request, resolve, route, uri } = options;
  const upstream = resolve(chosen.destination, { host: request.host, port: request.port });
  if (!upstream) return localAnswer(503, '', { flags: 'NC' });
  const headers = request.headers.clone();
  headers.apply(chosen.headers?.request);
  headers.apply(route.headers?.request);
  const authority = route.rewrite?.authority ?? request.authority;
  headers.set('Host', authority);
  const path = route.rewrite?.uri === undefined ? request.path : rewritePath(request.path, route.rewrite.uri, uri);
  // Joining a prefix and the rest may have made a double slash; the callee's own proxy would normalise again.
  const target = normalizeTarget(path, exchange.mesh.normalization);
  if (!target) return badRequest();
  return forward(exchange, {
    request: { ...request, path: target.path, authority, headers },
    upstream,
    limits: { timeout: route.timeout, retries: route.retries },
  });
}

async function injectFault({ runtime, client }: Exchange, { delay, abort }: FaultSpec): Promise<Answer | undefined> {
  const strikes = (percentage: { value: number } | undefined) => runtime.random() * 100 < (percentage?.value ?? 100);
  if (delay && strikes(delay.percentage))
    // A client that goes away ends the wait; there is nobody left to answer then.
    await sleep(delay.fixedDelay, undefined, { signal: client.gone }).catch(() => undefined);
  if (abort && strikes(abort.percentage)) return localAnswer(abort.httpStatus, 'fault filter abort', { flags: 'FI' });
  return undefined;
}

function decorate(
  answer: Answer,
  { request, route, chosen }: { request: MeshRequest; route: Route; chosen?: WeightedDestination },
): Answer {
  answer.headers.apply(chosen?.headers?.response);
  answer.headers.apply(route.headers?.response);
  route.cors?.decorate(request, answer.headers);
  return answer;
}

function locationOf(
  request: MeshRequest,
  redirect: {
    uri?: string | undefined;
    authority?: string | undefined;
    scheme?: string | undefined;
    port?: number | undefined;
  },
) {
  const scheme = redirect.scheme ?? request.scheme;
  const port = redirect.port === undefined ? undefined : `:${redirect.port}`;
  const authority = redirect.authority ?? (port === undefined ? request.authority : request.host);
  const path = redirect.uri ?? request.path;
  return `${scheme}://${authority}${port ?? ''}${path}${path.includes('?') ? '' : request.query}`;
}
