import { docsRoutes, isDocsRoute } from './docs.ts';
import type { ErrorTable, PlatformErrorCode } from './errors.ts';
import type { Route, RouteIdentity, RouteSpec } from './route.ts';

/** Keeps each route's own literal types: its statuses and schemas are what handlers and clients are typed by. */
export type BoundRoutes<R extends Readonly<Record<string, RouteSpec>>> = {
  readonly [Name in keyof R]: R[Name] & RouteIdentity;
};

/** The contract of one service: every route that it answers, and the errors that callers can act on. */
export interface Api<
  Routes extends Readonly<Record<string, Route>> = Readonly<Record<string, Route>>,
  Errors extends ErrorTable = ErrorTable,
> {
  readonly service: string;
  readonly base: string;
  readonly title: string;
  readonly errors: Errors;
  /** The declared routes and, at run time, those of `docsRoutes`, so that policies are derived for them too. */
  readonly routes: Routes;
}

interface ApiSpec<R, E extends ErrorTable> {
  readonly service: string;
  /** Path prefix of every route, without a slash at the end: `/api/auth`. */
  readonly base: string;
  readonly title: string;
  readonly errors?: E;
  readonly routes: R;
}

/**
 * Declares an API. Light enough for a browser: it imports nothing but zod and the declarations.
 * @throws when two routes have the same method and path, or a name of `docsRoutes`, or a path breaks the rules of {@link RouteSpec.path}
 */
export function defineApi<
  const E extends ErrorTable,
  const R extends Readonly<
    Record<string, RouteSpec & { readonly errors?: readonly ((keyof E & string) | PlatformErrorCode)[] }>
  >,
>(spec: ApiSpec<R, E>): Api<BoundRoutes<R>, E> {
  const taken = new Map<string, string>();
  const reserved = Object.keys(spec.routes).find((name) => isDocsRoute(name));
  if (reserved) throw new Error(`${spec.service}: every API has a route ${reserved} already`);
  const routes = Object.entries<RouteSpec>({ ...spec.routes, ...docsRoutes }).map(([name, route]) => {
    const fullPath = (route.base ?? spec.base) + route.path;
    checkPath(fullPath, `${spec.service}.${name}`);
    const key = `${route.method} ${fullPath.replaceAll(/\{[^}*]*(\*?)\}/g, '{$1}')}`;
    const other = taken.get(key);
    if (other) throw new Error(`${spec.service}: routes ${other} and ${name} are both ${key}`);
    taken.set(key, name);
    return [name, { ...route, name, service: spec.service, fullPath }];
  });
  return {
    service: spec.service,
    base: spec.base,
    title: spec.title,
    // An API without a table has the empty one, which is what E is then inferred as.
    errors: (spec.errors ?? {}) as E,
    // The entries were mapped one to one, which Object.fromEntries cannot express.
    routes: Object.fromEntries(routes) as BoundRoutes<R>,
  };
}

function checkPath(path: string, route: string) {
  const segment = /^(?:[A-Za-z0-9._~-]+|\{[a-z][A-Za-z0-9]*\})$/;
  const segments = path.split('/').slice(1);
  const last = segments.at(-1) ?? '';
  if (/^\{[a-z][A-Za-z0-9]*\*\}$/.test(last)) segments.pop();
  const root = path === '/';
  if (
    !path.startsWith('/') ||
    !(root || segments.every((part) => segment.test(part) && part !== '.' && part !== '..'))
  ) {
    throw new Error(`${route}: '${path}' is not a path template`);
  }
}
