import type { Route } from '../contract/index.ts';

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

export function requestInit(
  route: Route,
  call: LooseArguments,
  always: Readonly<Record<string, string>>,
): { method: string; headers: Record<string, string>; body?: string; redirect: 'manual' | 'error' } {
  const headers: Record<string, string> = { accept: 'application/json, */*;q=0.5', ...always, ...call.headers };
  if (call.token !== undefined) headers['authorization'] = `Bearer ${call.token}`;
  if (call.traceparent !== undefined) headers['traceparent'] = call.traceparent;
  if (call.idempotencyKey !== undefined) headers['idempotency-key'] = call.idempotencyKey;
  // Following a redirect that the contract does not know could take the token elsewhere.
  const redirects = Object.keys(route.responses).some((status) => status.startsWith('3'));
  const init = { method: route.method, headers, redirect: redirects ? 'manual' : 'error' } as const;
  if (call.body === undefined) return init;
  headers['content-type'] = 'application/json';
  return { ...init, body: JSON.stringify(call.body) };
}
