import type { Route } from '@ticketaka/platform/contract';
import { type Finding, finding, type Objects } from '../finding.ts';
import { ofKind } from '../typed-objects.ts';

export interface CoveredRoute {
  readonly route: Route;
  /** Policies that are asked about it: where, and with which labels on the pods. */
  readonly doors: readonly { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }[];
}

/**
 * Each declared route is allowed at each of its doors by exactly one policy: with none, nobody gets in; with two, taking
 * one away does not close it. Several rules in one policy may name a route: for callers of several kinds.
 */
export function routeCoverage(objects: Objects, routes: readonly CoveredRoute[]): Finding[] {
  const policies = ofKind(objects, 'AuthorizationPolicy');
  return routes.flatMap(({ route, doors }) =>
    doors.flatMap(({ namespace, labels }) => {
      const here = policies.filter(
        ({ metadata, spec }) =>
          metadata.namespace === namespace &&
          Object.entries(spec?.selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value),
      );
      const allowing = here.filter(({ spec }) =>
        (spec?.rules ?? []).some(({ to }) =>
          (to ?? []).some(
            ({ operation }) =>
              operation?.methods?.includes(route.method) && operation.paths?.includes(templateOf(route.fullPath)),
          ),
        ),
      );
      if (allowing.length === 1) return [];
      const door = Object.values(labels).join(' ');
      const message = `${route.service}.${route.name} is allowed by ${allowing.length} policies at ${door}, not by one`;
      const named = allowing.at(-1) ?? here.at(-1);
      if (named) return [finding('policy/route-allow', named, message)];
      return [{ code: 'policy/route-allow', object: `Namespace ${namespace}`, message }];
    }),
  );
}

/** `/api/shows/{id}` as Istio writes it. */
function templateOf(path: string): string {
  return path.replaceAll(/\{[a-zA-Z0-9]+\*\}/g, '{**}').replaceAll(/\{[a-zA-Z0-9]+\}/g, '{*}');
}
