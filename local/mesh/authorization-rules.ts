/** Rules of AuthorizationPolicy, compiled to predicates; the matching is that of Istio's translation to Envoy's RBAC. */
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Claims } from './claims.ts';
import { compilePathTemplate, hasPathTemplate } from './path-template.ts';
import type { MeshRequest } from './request.ts';
import type { AuthorizationRuleSpec, ConditionSpec, OperationSpec, SourceSpec } from './supported-security.ts';
import { compileWildcard, type StringPredicate } from './wildcard.ts';

/** All that a policy can ask about. */
export interface Attributes {
  readonly request: MeshRequest;
  /** Of the caller's certificate; undefined outside the mesh. */
  readonly principal: string | undefined;
  /** Of a verified token. */
  readonly claims: Claims | undefined;
  /** The port that the workload itself listens on in the cluster. */
  readonly destinationPort: number;
  /** Of the connection. */
  readonly sourceIp: string;
  /** Of the client at the edge. */
  readonly remoteIp: string;
}

export type AttributePredicate = (attributes: Attributes) => boolean;

/** @throws Error that names the value which makes no sense */
export function compileRule(rule: AuthorizationRuleSpec): AttributePredicate {
  const from = (rule.from ?? []).map(({ source }) => compileSource(source));
  const to = (rule.to ?? []).map(({ operation }) => compileOperation(operation));
  const when = (rule.when ?? []).map(compileCondition);
  return (attributes) =>
    (from.length === 0 || from.some((matches) => matches(attributes))) &&
    (to.length === 0 || to.some((matches) => matches(attributes))) &&
    when.every((matches) => matches(attributes));
}

/** One value of a field, to a predicate. */
type Compile = (value: string) => AttributePredicate;

function field(compile: Compile, values: readonly string[] | undefined, notValues: readonly string[] | undefined) {
  const wanted = values?.map(compile);
  const unwanted = notValues?.map(compile);
  return (attributes: Attributes) =>
    (!wanted || wanted.some((matches) => matches(attributes))) && !unwanted?.some((matches) => matches(attributes));
}

function all(predicates: readonly AttributePredicate[]): AttributePredicate {
  return (attributes) => predicates.every((matches) => matches(attributes));
}

function compileSource(source: SourceSpec): AttributePredicate {
  return all([
    field(principal, source.principals, source.notPrincipals),
    field(requestPrincipal, source.requestPrincipals, source.notRequestPrincipals),
    field(namespace, source.namespaces, source.notNamespaces),
    field(
      ipBlock((attributes) => attributes.sourceIp),
      source.ipBlocks,
      source.notIpBlocks,
    ),
    field(
      ipBlock((attributes) => attributes.remoteIp),
      source.remoteIpBlocks,
      source.notRemoteIpBlocks,
    ),
  ]);
}

function compileOperation(operation: OperationSpec): AttributePredicate {
  return all([
    field(host, operation.hosts, operation.notHosts),
    field(method, operation.methods, operation.notMethods),
    field(path, operation.paths, operation.notPaths),
    field(port, operation.ports, operation.notPorts),
  ]);
}

function compileCondition({ key, values, notValues }: ConditionSpec): AttributePredicate {
  return field(conditionOn(key), values, notValues);
}

function conditionOn(key: string): Compile {
  const names = [...key.matchAll(/\[([^[\]]+)\]/g)].map(([, name]) => name ?? '');
  if (key.startsWith('request.headers[')) return header(names[0] ?? '');
  if (key.startsWith('request.auth.claims[')) return claim(names);
  switch (key) {
    case 'request.auth.principal':
      return requestPrincipal;
    case 'request.auth.audiences':
      return claim(['aud']);
    case 'request.auth.presenter':
      return claim(['azp']);
    case 'source.principal':
      return principal;
    case 'source.namespace':
      return namespace;
    case 'source.ip':
      return ipBlock((attributes) => attributes.sourceIp);
    case 'remote.ip':
      return ipBlock((attributes) => attributes.remoteIp);
    case 'destination.port':
      return port;
    default:
      throw new Error(`${key} is not supported`);
  }
}

function on(matches: StringPredicate, read: (attributes: Attributes) => string | undefined): AttributePredicate {
  return (attributes) => {
    const value = read(attributes);
    return value !== undefined && matches(value);
  };
}

const principal: Compile = (value) => on(compileWildcard(value), (attributes) => attributes.principal);

const namespace: Compile = (value) => {
  // A star stands for anything here, wherever it is.
  const pattern = new RegExp(`^${value.replace(/[^\w*-]/g, '\\$&').replaceAll('*', '.*')}$`);
  return on(
    (name) => pattern.test(name),
    (attributes) => attributes.principal?.split('/')[2],
  );
};

const host: Compile = (value) => on(compileWildcard(value, { ignoreCase: true }), ({ request }) => request.authority);

const method: Compile = (value) => on(compileWildcard(value), ({ request }) => request.method);

const path: Compile = (value) =>
  on(hasPathTemplate(value) ? compilePathTemplate(value) : compileWildcard(value), ({ request }) => request.path);

const port: Compile = (value) => {
  if (!/^\d{1,5}$/.test(value)) throw new Error(`${value} is not a port`);
  return ({ destinationPort }) => destinationPort === Number(value);
};

const header =
  (name: string): Compile =>
  (value) =>
    // Here a star asks for presence only.
    value === '*'
      ? ({ request }) => request.headers.has(name)
      : on(compileWildcard(value), ({ request }) => request.headers.get(name));

/** Claims that hold several values in one string, parted by spaces; Istio parts these two only. */
const spaceDelimited = new Set(['scope', 'permission']);

const claim =
  (names: readonly string[]): Compile =>
  (value) => {
    const matches = compileWildcard(value);
    return ({ claims }) => {
      const found = names.reduce<unknown>((object, name) => (isRecord(object) ? object[name] : undefined), claims);
      if (typeof found === 'string')
        return names.length === 1 && spaceDelimited.has(names[0] ?? '')
          ? found.split(' ').some(matches)
          : matches(found);
      return Array.isArray(found) && found.some((item) => typeof item === 'string' && matches(item));
    };
  };

/** `<issuer>/<subject>`; both must be there and not empty. */
const requestPrincipal: Compile = (value) => {
  const [issuerMatches, subjectMatches] = compilePrincipal(value);
  return ({ claims }) => {
    const { iss, sub } = claims ?? {};
    if (typeof iss !== 'string' || typeof sub !== 'string' || iss === '' || sub === '') return false;
    return issuerMatches(iss) && subjectMatches(sub);
  };
};

const exactly =
  (text: string): StringPredicate =>
  (other) =>
    other === text;

/** Split at the last slash, since issuers are often URLs; a star counts at one end of the whole value only. */
function compilePrincipal(value: string): [issuer: StringPredicate, subject: StringPredicate] {
  const slash = value.lastIndexOf('/');
  const [issuer, subject] = slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)];
  const any = compileWildcard('*');
  if (value === '*') return [any, any];
  if (value.startsWith('*'))
    return slash < 0 ? [any, compileWildcard(value)] : [compileWildcard(issuer), exactly(subject)];
  if (value.endsWith('*'))
    return slash < 0 ? [compileWildcard(value), any] : [exactly(issuer), compileWildcard(subject)];
  return [exactly(issuer), exactly(subject)];
}

const ipBlock =
  (read: (attributes: Attributes) => string): Compile =>
  (value) => {
    const [address = '', bits] = value.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (isIP(address) === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
      throw new Error(`${value} is not an IP block`);
    const block = new BlockList();
    block.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
    return (attributes) => {
      const ip = read(attributes);
      return isIP(ip) === (family === 'ipv6' ? 6 : 4) && block.check(ip, family);
    };
  };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
