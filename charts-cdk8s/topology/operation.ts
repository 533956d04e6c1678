import type { Route } from '@ticketaka/platform/contract';
import { covers, policyPath } from './path-pattern.ts';

/** The requests that an AuthorizationPolicy speaks of. */
export interface Operation {
  methods: string[];
  paths: string[];
  notPaths?: string[];
  ports?: string[];
}

/** HTTP methods of a route: whoever may GET may ask for the HEAD. */
export function methodsOf(route: Route): string[] {
  return route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
}

/**
 * Exactly the requests of one route. A template leaves out the more specific paths beside it: `GET /{id}`, open to all,
 * must not open `GET /drafts`, which is for staff.
 */
export function operationOf(route: Route, siblings: readonly Route[]): Operation {
  const within = siblings
    .filter((other) => other.name !== route.name && other.method === route.method)
    .filter((other) => covers(route.fullPath, other.fullPath))
    .map((other) => policyPath(other.fullPath))
    .toSorted();
  return {
    methods: methodsOf(route),
    paths: [policyPath(route.fullPath)],
    ...(within.length > 0 && { notPaths: within }),
  };
}
