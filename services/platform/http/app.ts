import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { TokenVerifier } from '../auth/index.ts';
import {
  type Api,
  type DocsRouteName,
  eventStreamOf,
  isDocsRoute,
  platformErrors,
  type Route,
} from '../contract/index.ts';
import type { Logger } from '../log/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { openApiDocument } from '../openapi/index.ts';
import { withTrace } from '../telemetry/index.ts';
import { whenClosing } from './closing.ts';
import { docsHandlers } from './docs.ts';
import { Exchange } from './exchange.ts';
import type { IdempotencyStore } from './idempotency.ts';
import { requestObserver } from './observe.ts';
import { OpenStreams, type StreamLimits } from './open-streams.ts';
import type { CheckResponses } from './output.ts';
import { bySpecificity, pathPlan } from './paths.ts';
import { type Problem, problem } from './problem.ts';
import { type Answer, routePlan } from './route-plan.ts';
import type { Handler, Handlers, RouteName } from './types.ts';

export interface AppOptions<A extends Api, Names extends RouteName<A> = RouteName<A>> {
  readonly api: A;
  /** Best written as a value of its own, `const handlers: Handlers<typeof api>`: its errors are then easier to read. */
  readonly handlers: Handlers<NoInfer<A>, NoInfer<Names>>;
  /**
   * The routes that are answered here, those of the documentation too; the others are another workload's, and 404.
   * @default all
   */
  readonly serves?: readonly (Names | DocsRouteName)[];
  /** Needed when a route is for members or roles. */
  readonly verifier?: TokenVerifier;
  /** Needed when a route is idempotent. */
  readonly idempotency?: IdempotencyStore;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'registry'>;
  /** What the API's page shows. @default the OpenAPI document of `api` */
  readonly document?: Readonly<Record<string, unknown>>;
  /** `throw` in tests, `log` in production. */
  readonly checkResponses: CheckResponses;
  /** How many proxies in front may be believed about the client's address. @default 1, the gateway */
  readonly trustedProxies?: number;
  /** Of the routes with an event stream together. */
  readonly streams?: StreamLimits;
}

/**
 * An Express application that answers exactly what the API declares: access, input and output are checked by it, and
 * every error leaves as a problem (RFC 9457). Serve it by `createServer`.
 * @throws when a route needs something that is not given, or has no handler
 */
export function createApp<const A extends Api, Names extends RouteName<A> = RouteName<A>>(
  options: AppOptions<A, Names>,
): Express {
  const { api, log, checkResponses, verifier, idempotency } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  app.set('trust proxy', options.trustedProxies ?? 1);

  const observer = requestObserver(log, options.metrics);
  const handlers = handlersByName(options);
  const streams = Object.values(api.routes).some(eventStreamOf)
    ? new OpenStreams(options.streams ?? {}, options.metrics)
    : undefined;
  if (streams) whenClosing(app, () => streams.close());
  for (const [expressPath, routes] of routesByPath(api)) {
    const fail = fallback(observer(routes[0]?.fullPath ?? expressPath));
    const answers = new Map<string, Answer>();
    for (const route of routes) {
      const handler = handlers.get(route.name);
      const observe = observer(route.fullPath);
      const plan = { route, base: api.base, verifier, idempotency, streams, log, observe, checkResponses };
      answers.set(route.method, handler ? routePlan({ ...plan, handler }) : notFound(fail));
    }
    app.all(expressPath, byMethod(answers, fail));
  }

  const unmatched = fallback(observer('unmatched'));
  app.use(notFound(unmatched));
  // Express knows an error handler by its four parameters.
  // oxlint-disable-next-line max-params
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    unmatched(request, response, expressProblem(error));
  });
  return app;

  function fallback(observe: ReturnType<typeof observer>) {
    const surroundings = { log, observe, base: api.base };
    return (request: Request, response: Response, error: unknown) => {
      withTrace(request.get('traceparent'), () => new Exchange(surroundings, request, response).fail(error));
    };
  }
}

function routesByPath(api: Api): Map<string, Route[]> {
  const byPath = new Map<string, Route[]>();
  for (const route of Object.values(api.routes).toSorted(bySpecificity)) {
    const { expressPath } = pathPlan(route.fullPath);
    byPath.set(expressPath, [...(byPath.get(expressPath) ?? []), route]);
  }
  return byPath;
}

type Fail = (request: Request, response: Response, error: Problem) => void;

function byMethod(answers: ReadonlyMap<string, Answer>, fail: Fail): Answer {
  const get = answers.get('GET');
  const table = new Map(get ? [...answers, ['HEAD', get] as const] : answers);
  const allow = [...table.keys()].toSorted().join(', ');
  return (request, response) => {
    const answer = table.get(request.method);
    if (answer) answer(request, response);
    else fail(request, response, problem(platformErrors, 'method_not_allowed', { headers: { allow } }));
  };
}

function notFound(fail: Fail): Answer {
  return (request, response) => fail(request, response, problem(platformErrors, 'not_found'));
}

/** Express refuses a path that is not percent-encoded UTF-8 before any route is found. */
function expressProblem(error: unknown): unknown {
  return error instanceof URIError ? problem(platformErrors, 'invalid_request', { cause: error }) : error;
}

/** @throws when a route that is served here has no handler, or a handler has no such route */
function handlersByName<A extends Api, Names extends RouteName<A>>(
  options: AppOptions<A, Names>,
): ReadonlyMap<string, Handler> {
  const { api, handlers, document } = options;
  const served = new Set<string>(options.serves ?? Object.keys(api.routes));
  const docs = docsHandlers(api.base, () => document ?? openApiDocument(api));
  // Each handler takes the context of its own route, which is what it is given; a map of all routes cannot say so.
  const all = { ...handlers, ...docs } as unknown as Readonly<Record<string, Handler>>;
  const known = (name: string) => Object.hasOwn(api.routes, name) && (served.has(name) || isDocsRoute(name));
  const unknown = Object.keys(all).find((name) => !known(name));
  if (unknown !== undefined) throw new TypeError(`${api.service} has no route ${unknown} here`);
  const missing = [...served].find((name) => !Object.hasOwn(all, name));
  if (missing !== undefined) throw new TypeError(`${api.service}.${missing} has no handler`);
  return new Map(Object.entries(all).filter(([name]) => served.has(name)));
}
