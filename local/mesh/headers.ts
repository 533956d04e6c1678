import type { HeaderChangesSpec } from './supported-networking.ts';

/** Headers in the order they came, names compared without case; several of one name are kept apart. */
export class Headers {
  #entries: [name: string, lower: string, value: string][] = [];

  /** @param raw names and values in turn, as `IncomingMessage.rawHeaders` */
  static from(raw: readonly string[]): Headers {
    const headers = new Headers();
    for (let index = 0; index + 1 < raw.length; index += 2) headers.add(raw[index] ?? '', raw[index + 1] ?? '');
    return headers;
  }

  clone(): Headers {
    const copy = new Headers();
    copy.#entries = [...this.#entries];
    return copy;
  }

  /** All values of the name, joined with commas as Envoy joins them before it matches. */
  get(name: string): string | undefined {
    const values = this.getAll(name);
    return values.length > 1 ? values.join(',') : values[0];
  }

  getAll(name: string): string[] {
    const lower = name.toLowerCase();
    const values: string[] = [];
    for (const entry of this.#entries) if (entry[1] === lower) values.push(entry[2]);
    return values;
  }

  has(name: string): boolean {
    const lower = name.toLowerCase();
    return this.#entries.some((entry) => entry[1] === lower);
  }

  add(name: string, value: string): void {
    this.#entries.push([name, name.toLowerCase(), value]);
  }

  set(name: string, value: string): void {
    this.remove(name);
    this.add(name, value);
  }

  remove(name: string): void {
    const lower = name.toLowerCase();
    this.removeWhere((other) => other === lower);
  }

  removeWhere(matches: (lowerName: string) => boolean): void {
    this.#entries = this.#entries.filter((entry) => !matches(entry[1]));
  }

  apply(changes: HeaderChangesSpec | undefined): void {
    if (!changes) return;
    for (const name of changes.remove ?? []) this.remove(name);
    for (const [name, value] of Object.entries(changes.set ?? {})) this.set(name, value);
    for (const [name, value] of Object.entries(changes.add ?? {})) this.add(name, value);
  }

  /** Names and values in turn. */
  toRaw(): string[] {
    return this.#entries.flatMap(([name, , value]) => [name, value]);
  }
}

/** RFC 9110 7.6.1, and the two that proxies add; `Transfer-Encoding` is set again by whoever frames the message anew. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** `Connection` may not name these: taking one away would change what the message is or whom it speaks for. */
const notNameable = new Set(['content-length', 'host', 'authorization', 'cookie']);

export function removeHopByHop(headers: Headers): void {
  const named = new Set(
    headers
      .getAll('connection')
      .flatMap((value) => value.split(','))
      .map((name) => name.trim().toLowerCase())
      .filter((name) => !notNameable.has(name)),
  );
  headers.removeWhere((name) => hopByHop.has(name) || named.has(name));
}

/** What only the mesh itself may say of a request that comes from outside. */
export function removeEdgeHeaders(headers: Headers): void {
  headers.removeWhere(
    (name) =>
      name.startsWith('x-envoy-') ||
      name.startsWith('x-forwarded-') ||
      name === 'forwarded' ||
      name === 'x-real-ip' ||
      name === 'x-request-id',
  );
}

export type Framing =
  | { readonly body: 'none' }
  | { readonly body: 'chunked' }
  | { readonly body: 'sized'; readonly length: number };

/**
 * How the body of a request is delimited.
 * @returns undefined for what could be read in two ways (RFC 9112 6.3), which is refused and never forwarded
 */
export function framingOf(headers: Headers): Framing | undefined {
  const lengths = headers.getAll('content-length');
  const codings = headers.getAll('transfer-encoding');
  if (codings.length > 0) {
    if (lengths.length > 0 || codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked') return undefined;
    return { body: 'chunked' };
  }
  if (lengths.length === 0) return { body: 'none' };
  if (lengths.length > 1 || !/^\d{1,15}$/.test(lengths[0] ?? '')) return undefined;
  return { body: 'sized', length: Number(lengths[0]) };
}
