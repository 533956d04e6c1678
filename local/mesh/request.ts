import { type Framing, framingOf, Headers, removeHopByHop } from './headers.ts';
import { type Normalization, normalizeTarget } from './path-normalization.ts';

/** A request as the matching code sees it: plain data, already normalised. What is judged is what is forwarded. */
export interface MeshRequest {
  readonly method: string;
  /** Normalised, without the query. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  readonly scheme: 'http';
  /** As the client wrote it, with the port if it wrote one. */
  readonly authority: string;
  /** Of the authority, in lower case, without port. */
  readonly host: string;
  /** The port of the service, gateway or external host that was asked; not a port of this machine. */
  readonly port: number;
  readonly headers: Headers;
  readonly framing: Framing;
  /** Address of whoever opened the connection. */
  readonly peerAddress: string;
}

export interface RawRequest {
  readonly method: string;
  /** Of the request line: origin form, or absolute form as clients write to a proxy. */
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly peerAddress: string;
}

/** Host of an authority in lower case, with its port if it has one. */
export function parseAuthority(authority: string): { readonly host: string; readonly port?: number } | undefined {
  const match = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/.exec(authority);
  if (!match?.[1]) return undefined;
  // A dot at the end is the root of DNS and means the same host.
  const host = match[1].toLowerCase().replace(/\.$/, '');
  return match[2] === undefined ? { host } : { host, port: Number(match[2]) };
}

/**
 * Reads a request line and headers.
 * @param port what `port` of the result becomes: a fixed one (gateway, tunnel), or from the authority, 80 by default
 * @returns the request, or why it is answered with 400
 */
export function readRequest(
  raw: RawRequest,
  options: { readonly normalization: Normalization; readonly port?: number },
): MeshRequest | { readonly malformed: string } {
  const headers = Headers.from(raw.rawHeaders);
  const framing = framingOf(headers);
  if (!framing) return { malformed: 'ambiguous length' };
  const hosts = headers.getAll('host');
  if (hosts.length !== 1) return { malformed: 'not exactly one Host' };

  const absolute = /^http:\/\/([^/?#]*)(.*)$/i.exec(raw.target);
  const authority = absolute?.[1] ?? hosts[0] ?? '';
  const parsed = parseAuthority(authority);
  if (!parsed) return { malformed: 'no such authority' };
  const rest = absolute ? absolute[2] : raw.target;
  const target = normalizeTarget(
    rest === '' || rest?.startsWith('?') ? `/${rest}` : (rest ?? ''),
    options.normalization,
  );
  if (!target) return { malformed: 'path' };

  removeHopByHop(headers);
  headers.remove('expect');
  headers.set('Host', authority);
  return {
    method: raw.method,
    path: target.path,
    query: target.query,
    scheme: 'http',
    authority,
    host: parsed.host,
    port: options.port ?? parsed.port ?? 80,
    headers,
    framing,
    peerAddress: raw.peerAddress.replace(/^::ffff:/, ''),
  };
}
