import { selects } from './host-names.ts';
import type { MeshRequest } from './request.ts';
import { asksForPresence, compileStringMatch } from './string-match.ts';
import type { HttpMatchSpec } from './supported-networking.ts';

/** Where a route is being chosen. */
export interface MatchContext {
  /** `mesh`, or `namespace/name` of the Gateway. */
  readonly gateway: string;
  /** Of the caller; the gateway's own at the gateway. */
  readonly sourceLabels: Readonly<Record<string, string>>;
}

export type RequestPredicate = (request: MeshRequest, context: MatchContext) => boolean;

/** Compiles one entry of `http[].match`: all of its fields must hold. */
export function compileMatch(match: HttpMatchSpec): RequestPredicate {
  const tests: RequestPredicate[] = [];
  const { uri, method, scheme, authority, port, gateways, sourceLabels } = match;
  if (gateways) tests.push((_, context) => gateways.includes(context.gateway));
  if (sourceLabels) tests.push((_, context) => selects(sourceLabels, context.sourceLabels));
  if (port !== undefined) tests.push((request) => request.port === port);
  if (method) tests.push(on(compileStringMatch(method), (request) => request.method));
  if (uri) tests.push(on(compileStringMatch(uri, match.ignoreUriCase), (request) => request.path));
  if (scheme) tests.push(on(compileStringMatch(scheme), (request) => request.scheme));
  if (authority) tests.push(on(compileStringMatch(authority), (request) => request.authority));
  for (const [name, wanted] of Object.entries(match.headers ?? {})) {
    if (wanted === null || asksForPresence(wanted)) tests.push((request) => request.headers.has(name));
    else tests.push(on(compileStringMatch(wanted), (request) => request.headers.get(name)));
  }
  for (const [name, unwanted] of Object.entries(match.withoutHeaders ?? {})) {
    if (unwanted === null || asksForPresence(unwanted)) tests.push((request) => !request.headers.has(name));
    else {
      // Istio sets treat_missing_header_as_empty here: without the header the value is empty, and that is compared.
      const matches = compileStringMatch(unwanted);
      tests.push((request) => !matches(request.headers.get(name) ?? ''));
    }
  }
  for (const [name, wanted] of Object.entries(match.queryParams ?? {})) {
    const matches = asksForPresence(wanted) ? () => true : compileStringMatch(wanted);
    tests.push(on(matches, (request) => queryParameter(request.query, name)));
  }
  return (request, context) => tests.every((test) => test(request, context));
}

function on(matches: (value: string) => boolean, read: (request: MeshRequest) => string | undefined): RequestPredicate {
  return (request) => {
    const value = read(request);
    return value !== undefined && matches(value);
  };
}

/** First value of a parameter. Envoy decodes escapes, but not a plus sign; what cannot be decoded stays as it is. */
function queryParameter(query: string, name: string): string | undefined {
  for (const pair of query.slice(1).split('&')) {
    const [key = '', ...value] = pair.split('=');
    if (decode(key) === name) return decode(value.join('='));
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign stands for itself.
    return text;
  }
}
