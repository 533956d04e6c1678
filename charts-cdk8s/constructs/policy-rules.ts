import type { Route } from '@ticketaka/platform/contract';
import type { Operation } from '../topology/operation.ts';

export interface Source {
  principals?: string[];
  requestPrincipals?: string[];
  notRequestPrincipals?: string[];
}

export interface Rule {
  from?: { source: Source }[];
  to: { operation: Operation }[];
  when?: { key: string; values: string[] }[];
}

/** One request pattern and who may make it. */
export interface Grant {
  readonly source: Source;
  readonly roles?: readonly string[] | undefined;
  readonly operation: Operation;
}

/** Rules that say what the grants say, with those of the same people put together. */
export function rulesOf(grants: readonly Grant[]): Rule[] {
  const groups = new Map<string, Rule>();
  for (const { source, roles, operation } of grants) {
    const key = JSON.stringify([source, roles]);
    const rule = groups.get(key) ?? {
      ...(Object.keys(source).length > 0 && { from: [{ source }] }),
      to: [],
      ...(roles && { when: [{ key: 'request.auth.claims[roles]', values: [...roles] }] }),
    };
    rule.to.push({ operation });
    groups.set(key, rule);
  }
  return [...groups.values()];
}

/** The part of a grant that the route's access level asks of the token. */
export function tokenOf(route: Route): { readonly requestPrincipals?: string[]; readonly roles?: readonly string[] } {
  if (route.access.level === 'member') return { requestPrincipals: ['*'] };
  if (route.access.level === 'role') return { requestPrincipals: ['*'], roles: route.access.roles };
  // Public; internal, where the caller's certificate counts; partner, whose key only the service can check.
  return {};
}
