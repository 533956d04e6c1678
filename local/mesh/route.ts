import { type CorsPolicy, compileCors } from './cors.ts';
import { expandHost } from './host-names.ts';
import type { MeshRequest } from './request.ts';
import { compileRetries, type RetryPolicy, type RetrySpec } from './retries.ts';
import { compileMatch, type MatchContext, type RequestPredicate } from './route-match.ts';
import type { FaultSpec, HeaderOperationsSpec, HttpMatchSpec, HttpRouteSpec } from './supported-networking.ts';

export interface Destination {
  /** In full. */
  readonly host: string;
  /** @default the only port of the host */
  readonly port?: number | undefined;
  readonly subset?: string | undefined;
}

export interface WeightedDestination {
  readonly destination: Destination;
  readonly weight: number;
  readonly headers?: HeaderOperationsSpec | undefined;
}

export type RouteAction =
  | { readonly kind: 'forward'; readonly destinations: readonly WeightedDestination[] }
  | { readonly kind: 'redirect'; readonly redirect: NonNullable<HttpRouteSpec['redirect']> }
  | { readonly kind: 'respond'; readonly status: number; readonly body: string };

/** One entry of `http`, ready to be matched and run. */
export interface Route {
  readonly name: string;
  /** Its match, if any holds. */
  readonly match: (request: MeshRequest, context: MatchContext) => { readonly uri?: HttpMatchSpec['uri'] } | undefined;
  readonly matchesAll: boolean;
  readonly action: RouteAction;
  readonly headers?: HeaderOperationsSpec | undefined;
  readonly rewrite?: HttpRouteSpec['rewrite'];
  /** Milliseconds; 0 is none. */
  readonly timeout: number;
  readonly retries: RetryPolicy;
  readonly fault?: FaultSpec | undefined;
  readonly cors?: CorsPolicy | undefined;
}

/** @throws Error that names the part of the route which is not supported */
export function compileRoute(
  spec: HttpRouteSpec,
  { namespace, name, meshRetries }: { namespace: string; name: string; meshRetries: RetrySpec | undefined },
): Route {
  const matches = (spec.match ?? []).map((match) => ({ match, holds: compileMatch(match) }));
  return {
    name: spec.name ?? name,
    match: spec.match ? (request, context) => firstMatch(matches, request, context) : () => ({}),
    matchesAll: !spec.match || spec.match.some(isCatchAll),
    action: actionOf(spec, namespace),
    headers: spec.headers,
    rewrite: spec.rewrite,
    timeout: spec.timeout ?? 0,
    retries: compileRetries(spec.retries ?? meshRetries),
    fault: spec.fault,
    cors: spec.corsPolicy && compileCors(spec.corsPolicy),
  };
}

function firstMatch(
  matches: readonly { readonly match: HttpMatchSpec; readonly holds: RequestPredicate }[],
  request: MeshRequest,
  context: MatchContext,
) {
  return matches.find(({ holds }) => holds(request, context))?.match;
}

/** As Istio tells it when it merges VirtualServices of one gateway: such routes go to the end. */
function isCatchAll(match: HttpMatchSpec) {
  const { uri, name: _, gateways: __, ...rest } = match;
  const everyPath = uri === undefined || uri.prefix === '/' || uri.regex === '.*' || uri.regex === '*';
  return everyPath && Object.keys(rest).length === 0;
}

function actionOf(spec: HttpRouteSpec, namespace: string): RouteAction {
  if (spec.redirect) return { kind: 'redirect', redirect: spec.redirect };
  if (spec.directResponse)
    return { kind: 'respond', status: spec.directResponse.status, body: spec.directResponse.body?.string ?? '' };
  const destinations = (spec.route ?? []).map(({ destination, weight, headers }, _, all) => ({
    destination: {
      host: expandHost(destination.host, namespace),
      port: destination.port?.number,
      subset: destination.subset,
    },
    weight: weight ?? (all.length === 1 ? 1 : 0),
    headers,
  }));
  if (destinations.every(({ weight }) => weight === 0)) throw new Error('route: the weights are all 0');
  return { kind: 'forward', destinations };
}

/** Chooses by weight; `point` is from 0 up to, not including, 1. */
export function chooseDestination(destinations: readonly WeightedDestination[], point: number): WeightedDestination {
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0);
  let left = point * total;
  for (const candidate of destinations) {
    if (left < candidate.weight) return candidate;
    left -= candidate.weight;
  }
  // Only rounding comes here.
  const last = destinations.findLast(({ weight }) => weight > 0);
  if (!last) throw new Error('no destination has a weight');
  return last;
}

/** The path after `rewrite.uri`: a matched prefix is replaced, any other match is replaced whole. */
export function rewritePath(path: string, rewrite: string, uri: HttpMatchSpec['uri']): string {
  if (uri?.exact !== undefined || uri?.regex !== undefined) return rewrite;
  return rewrite + path.slice((uri?.prefix ?? '/').length);
}
