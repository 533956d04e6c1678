import { isContent, isJsonType, type Route, requestType } from '../contract/index.ts';

function segment(value: string): string {
  // A URL parser removes dot segments, however they came: the call would go to another path.
  if (value === '' || value === '.' || value === '..') throw new TypeError(`'${value}' cannot be part of a path`);
  return encodeURIComponent(value);
}

/** Fills a path template. @throws TypeError when a parameter is missing or cannot be part of a path */
export function fillPath(template: string, params: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/\{([^}*]+)(\*?)\}/g, (_, name: string, rest: string) => {
    const value = params[name];
    if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError(`${template} needs ${name}`);
    return rest ? String(value).split('/').map(segment).join('/') : segment(String(value));
  });
}

function asText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError('a query value must be text, a number, a boolean or a date');
}

/** A list is its name repeated; what is undefined is left out. */
export function queryString(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) search.append(name, asText(item));
    }
  }
  return search.size > 0 ? `?${search.toString()}` : '';
}

/** What a call may give, seen without its route's types. */
export interface LooseArguments {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly token?: string;
  readonly traceparent?: string;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export function requestUrl(origin: string, route: Route, { params = {}, query = {} }: LooseArguments): string {
  return origin + fillPath(route.fullPath, params) + queryString(query);
}

interface RequestInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly redirect: 'manual' | 'error';
}

/** @throws TypeError when the route leaves the subtype open and the caller does not say which */
function contentType(route: Route, headers: Readonly<Record<string, string>>): string {
  const declared = route.body ? requestType(route.body) : 'application/json';
  if (!declared.includes('*')) return declared;
  const given = headers['content-type'];
  if (given === undefined) throw new TypeError(`${route.service}.${route.name} needs the header content-type`);
  return given;
}

function wire(route: Route, body: unknown): string | Uint8Array<ArrayBuffer> {
  if (!route.body || !isContent(route.body) || isJsonType(route.body.contentType)) return JSON.stringify(body);
  if (typeof body === 'string') return body;
  // fetch takes no bytes that lie in shared memory, and nobody gives it any: a copy would cost every upload.
  if (body instanceof Uint8Array) return body as Uint8Array<ArrayBuffer>;
  throw new TypeError(`${route.service}.${route.name} takes text or bytes`);
}

export function requestInit(route: Route, call: LooseArguments, always: Readonly<Record<string, string>>): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json, */*;q=0.5', ...always, ...call.headers };
  if (call.token !== undefined) headers['authorization'] = `Bearer ${call.token}`;
  if (call.traceparent !== undefined) headers['traceparent'] = call.traceparent;
  if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey;
  // Following a redirect that the contract does not know could take the token elsewhere.
  const redirects = Object.keys(route.responses).some((status) => status.startsWith('3'));
  const init = { method: route.method, headers, redirect: redirects ? 'manual' : 'error' } as const;
  if (call.body === undefined) return init;
  headers['content-type'] = contentType(route, headers);
  return { ...init, body: wire(route, call.body) };
}
