import type { KubernetesObject } from '../checks/kubernetes-object.ts';
import { ofKind, type Typed } from '../checks/typed-objects.ts';

/** A request as a policy sees it. */
export interface PolicyRequest {
  readonly method: string;
  readonly path: string;
  /** @default 8080 */
  readonly port?: number;
  /** Identity of the caller's certificate. @default none, as at the gateway */
  readonly principal?: string;
  /** Claims of a valid token. @default no token */
  readonly claims?: { readonly roles: readonly string[] };
}

type Policy = Typed<'AuthorizationPolicy'>;
type Rule = NonNullable<NonNullable<Policy['spec']>['rules']>[number];
type Operation = NonNullable<NonNullable<Rule['to']>[number]['operation']>;
type Source = NonNullable<NonNullable<Rule['from']>[number]['source']>;

const knownSource = new Set(['principals', 'requestPrincipals', 'notRequestPrincipals']);
const knownOperation = new Set(['methods', 'paths', 'notPaths', 'ports']);

/**
 * Whether the rendered policies let a request reach a pod: any ALLOW rule, and nothing without one. Written from Istio's
 * reference and apart from the code that renders. It throws at anything that it does not know.
 */
export function allows(
  objects: readonly KubernetesObject[],
  pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
  request: PolicyRequest,
): boolean {
  const policies = ofKind(objects, 'AuthorizationPolicy').filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      Object.entries(spec?.selector?.matchLabels ?? {}).every(([label, value]) => pod.labels[label] === value),
  );
  if (policies.length === 0) return true;
  return policies.some(({ spec }) => {
    if (spec?.action !== undefined && spec.action !== 'ALLOW') throw new Error(`cannot evaluate ${spec.action}`);
    return (spec?.rules ?? []).some((rule) => matches(rule, request));
  });
}

function matches({ from, to, when }: Rule, request: PolicyRequest): boolean {
  return (
    (from ?? [{}]).some(({ source }) => fromSource(source ?? {}, request)) &&
    (to ?? [{}]).some(({ operation }) => isOperation(operation ?? {}, request)) &&
    (when ?? []).every(({ key, values }) => {
      if (key !== 'request.auth.claims[roles]') throw new Error(`cannot evaluate ${key}`);
      return (values ?? []).some((value) => request.claims?.roles.includes(value));
    })
  );
}

function fromSource(source: Source, { principal, claims }: PolicyRequest): boolean {
  refuseUnknown(source, knownSource);
  if (source.principals && !(principal && source.principals.includes(principal))) return false;
  if (source.requestPrincipals && !(source.requestPrincipals.includes('*') && claims)) return false;
  return !(source.notRequestPrincipals?.includes('*') && claims);
}

function isOperation(operation: Operation, { method, path, port = 8080 }: PolicyRequest): boolean {
  refuseUnknown(operation, knownOperation);
  if (operation.methods && !operation.methods.includes(method)) return false;
  if (operation.ports && !operation.ports.includes(String(port))) return false;
  if (operation.paths && !operation.paths.some((template) => matchesPath(template, path))) return false;
  return !operation.notPaths?.some((template) => matchesPath(template, path));
}

function matchesPath(template: string, path: string): boolean {
  const expression = template
    .split(/(\{\*\*?\})/)
    .map((part) => (part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : part.replaceAll(/[.+]/g, String.raw`\$&`)))
    .join('');
  return new RegExp(`^${expression}$`).test(path);
}

function refuseUnknown(fields: object, known: ReadonlySet<string>) {
  const unknown = Object.keys(fields).find((field) => !known.has(field));
  if (unknown) throw new Error(`cannot evaluate ${unknown}`);
}
