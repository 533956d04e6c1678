/** RequestAuthentication: who a request says it speaks for. A request without a token passes, as nobody. */

import type { Claims } from './claims.ts';
import { isPreflight } from './cors.ts';
import { selects } from './host-names.ts';
import { type CompiledJwtRule, compileJwtRule, TokenRefused, verifyToken } from './jwt.ts';
import { ManifestError } from './manifests.ts';
import type { Workload } from './registry.ts';
import type { MeshRequest } from './request.ts';
import type { Resources } from './supported-fields.ts';

export interface CompiledAuthentication {
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly rules: readonly CompiledJwtRule[];
}

/** @throws {ManifestError} when keys cannot be read */
export async function compileAuthentications(resources: Resources): Promise<CompiledAuthentication[]> {
  return Promise.all(
    resources.RequestAuthentication.map(async ({ where, namespace, spec }) => {
      const rules = await Promise.all((spec.jwtRules ?? []).map((rule) => compileJwtRule(rule))).catch(
        (error: Error) => {
          throw new ManifestError([`${where}: spec.jwtRules: ${error.message}`]);
        },
      );
      return { namespace, selector: spec.selector?.matchLabels, rules };
    }),
  );
}

/** The rules that hold for a workload: its namespace's and the root namespace's, where the selector fits. */
export function rulesFor(
  workload: Workload,
  authentications: readonly CompiledAuthentication[],
  rootNamespace: string,
): CompiledJwtRule[] {
  return authentications
    .filter(({ namespace }) => namespace === rootNamespace || namespace === workload.namespace)
    .filter(({ selector }) => !selector || selects(selector, workload.labels))
    .flatMap(({ rules }) => rules);
}

export type Authentication =
  /** The request is without the tokens that are not to be forwarded. */
  | { readonly claims: Claims | undefined; readonly request: MeshRequest }
  /** Envoy's sentence, status and challenge. */
  | { readonly refused: string; readonly status: 401 | 403; readonly challenge: string };

/**
 * Verifies every token that the request carries where a rule looks: all must be good, and the claims are the first's.
 * @param now seconds since 1970
 */
export async function authenticate(
  request: MeshRequest,
  rules: readonly CompiledJwtRule[],
  now: number,
): Promise<Authentication> {
  if (rules.length === 0 || isPreflight(request)) return { claims: undefined, request };
  let claims: Claims | undefined;
  try {
    for (const { token, readers } of tokensOf(request, rules)) {
      const verified = await verifyToken(token, readers, now);
      claims ??= verified;
    }
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    const uri = `http://${request.authority}${request.path}`.slice(0, 256);
    const challenge = `Bearer realm="${uri}", error="invalid_token"`;
    return { refused: error.message, status: error.status, challenge };
  }
  return { claims, request: claims ? withoutUnforwarded(request, rules, claims) : request };
}

interface FoundToken {
  readonly token: string;
  readonly readers: readonly CompiledJwtRule[];
}

function tokensOf(request: MeshRequest, rules: readonly CompiledJwtRule[]): FoundToken[] {
  const found = new Map<string, CompiledJwtRule[]>();
  const add = (token: string, rule: CompiledJwtRule) => found.set(token, [...(found.get(token) ?? []), rule]);
  for (const rule of rules) {
    for (const { name, prefix } of rule.fromHeaders) {
      for (const value of request.headers.getAll(name)) {
        // As Envoy: the prefix may stand anywhere, and what follows is the token.
        const at = value.indexOf(prefix);
        if (at >= 0) add(value.slice(at + prefix.length).replace(/^[^\w.-]+/, ''), rule);
      }
    }
    if (rule.fromQuery) {
      const token = new URLSearchParams(request.query).get('access_token');
      if (token !== null) add(token, rule);
    }
  }
  return [...found].map(([token, readers]) => ({ token, readers }));
}

function withoutUnforwarded(request: MeshRequest, rules: readonly CompiledJwtRule[], claims: Claims): MeshRequest {
  const rule = rules.find(({ issuer }) => issuer === claims['iss']);
  if (!rule || rule.forward) return request;
  const headers = request.headers.clone();
  for (const { name } of rule.fromHeaders) headers.remove(name);
  const pairs = request.query.slice(1).split('&');
  const kept = rule.fromQuery ? pairs.filter((pair) => !pair.startsWith('access_token=')) : pairs;
  return { ...request, headers, query: kept.join('&') === '' ? '' : `?${kept.join('&')}` };
}
