/**
 * What the mesh makes of a path before it matches or forwards it: MeshConfig.pathNormalization, as Envoy does it
 * (decode escaped slashes, then RFC 3986 normalisation, then merging of slashes; in that order).
 *
 * One thing is stricter than Envoy: a `%` that begins no escape is refused. Envoy passes it on, and `%%32%66` then
 * becomes `%2f` after the escaped slashes were looked for.
 */
export const normalizations = ['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'] as const;
export type Normalization = (typeof normalizations)[number];

export interface Target {
  /** Begins with a slash; what routes and policies are matched against, and what is forwarded. */
  readonly path: string;
  /** With its question mark, or empty. Never changed. */
  readonly query: string;
}

/**
 * Splits and normalises the path and query of a request line.
 * @returns undefined for what Envoy answers with 400: a fragment, a NUL, a byte that no URL may contain, no path
 */
export function normalizeTarget(target: string, normalization: Normalization): Target | undefined {
  if (!/^\/[\x21-\x7e]*$/.test(target) || target.includes('#')) return undefined;
  const mark = target.indexOf('?');
  const raw = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark);
  if (normalization === 'NONE' || isPlain(raw)) return { path: raw, query };
  const path = normalizePath(raw, normalization);
  return path === undefined ? undefined : { path, query };
}

/** Most paths have nothing to normalise: no escape, no dot at the start of a segment, no empty segment, no odd byte. */
function isPlain(path: string) {
  return /^(?:\/[\w~!$&'()*+,;=:@-][\w.~!$&'()*+,;=:@-]*)+\/?$/.test(path);
}

function normalizePath(raw: string, normalization: Exclude<Normalization, 'NONE'>): string | undefined {
  if (/%(?![0-9a-f]{2})|%00/i.test(raw)) return undefined;
  const slashed = normalization === 'DECODE_AND_MERGE_SLASHES' ? raw.replace(/%2f/gi, '/').replace(/%5c/gi, '\\') : raw;
  const resolved = removeDotSegments(escapeReserved(decodeUnreserved(slashed.replaceAll('\\', '/'))));
  return normalization === 'BASE' ? resolved : resolved.replace(/\/{2,}/g, '/');
}

/** RFC 3986 6.2.2.2: an escaped letter, digit, `-`, `.`, `_` or `~` is the same as the plain one. */
function decodeUnreserved(path: string) {
  return path.replace(/%([0-9a-f]{2})/gi, (escape, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[\w.~-]/.test(character) ? character : escape;
  });
}

/** Bytes that may not stand in a path, but that some clients send as they are. */
function escapeReserved(path: string) {
  return path.replace(/["<>^`{|}]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** RFC 3986 5.2.4, with the empty segments that the RFC keeps too. */
function removeDotSegments(path: string) {
  const output: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') output.pop();
    else if (segment !== '.') output.push(segment);
    if (last && (segment === '.' || segment === '..')) output.push('');
  }
  return `/${output.join('/')}`;
}
