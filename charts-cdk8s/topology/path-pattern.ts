/** A route's path, as the router and the policies of the mesh each write it. */

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'rest' };

/** Splits a path template: `{name}` is one segment, `{name*}` is the rest of the path. */
function segmentsOf(path: string): readonly Segment[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => {
      if (!part.startsWith('{')) return { kind: 'literal', text: part };
      return part.endsWith('*}') ? { kind: 'rest' } : { kind: 'one' };
    });
}

/** `/a/{id}` -> `/a/{*}`, `/a/{path*}` -> `/a/{**}`: a path of an AuthorizationPolicy. */
export function policyPath(path: string): string {
  return path.replaceAll(/\{[^}*]*(\*?)\}/g, (_, rest: string) => (rest ? '{**}' : '{*}'));
}

/** The match of a VirtualService: exact where there is nothing to fill in, an anchored RE2 expression otherwise. */
export function uriMatch(path: string): { exact: string } | { regex: string } {
  const segments = segmentsOf(path);
  if (segments.every((segment) => segment.kind === 'literal')) return { exact: path };
  const parts = segments.map((segment) => {
    if (segment.kind === 'literal') return segment.text.replaceAll(/[.~+]/g, String.raw`\$&`);
    return segment.kind === 'one' ? '[^/]+' : '.+';
  });
  return { regex: `/${parts.join('/')}` };
}

/** Whether some path matches both. */
export function overlap(a: string, b: string): boolean {
  return compareSegments(segmentsOf(a), segmentsOf(b), (left, right) => {
    return left.kind !== 'literal' || right.kind !== 'literal' || left.text === right.text;
  });
}

/** Whether every path that matches `narrow` matches `wide` too. */
export function covers(wide: string, narrow: string): boolean {
  const [w, n] = [segmentsOf(wide), segmentsOf(narrow)];
  const wideRest = w.at(-1)?.kind === 'rest';
  if (n.at(-1)?.kind === 'rest' && !wideRest) return false;
  if (wideRest ? n.length < w.length : n.length !== w.length) return false;
  return w.every((segment, index) => {
    const other = n[index];
    if (segment.kind === 'rest') return true;
    if (segment.kind === 'one') return other?.kind !== 'rest';
    return other?.kind === 'literal' && other.text === segment.text;
  });
}

/** Sorts the more specific path first, so that `/me` is matched before `/{id}`. */
export function bySpecificity(a: string, b: string): number {
  const rank = { literal: 0, one: 1, rest: 2 };
  const [left, right] = [segmentsOf(a), segmentsOf(b)];
  for (const [index, segment] of left.entries()) {
    const other = right[index];
    if (!other) break;
    if (rank[segment.kind] !== rank[other.kind]) return rank[segment.kind] - rank[other.kind];
    if (segment.kind === 'literal' && other.kind === 'literal' && segment.text !== other.text) {
      return segment.text < other.text ? -1 : 1;
    }
  }
  return left.length - right.length;
}

function compareSegments(
  a: readonly Segment[],
  b: readonly Segment[],
  same: (left: Segment, right: Segment) => boolean,
): boolean {
  const [aRest, bRest] = [a.at(-1)?.kind === 'rest', b.at(-1)?.kind === 'rest'];
  if (!aRest && !bRest && a.length !== b.length) return false;
  if (aRest && !bRest && b.length < a.length) return false;
  if (bRest && !aRest && a.length < b.length) return false;
  return Array.from({ length: Math.min(a.length, b.length) }).every((_, index) => {
    const [left, right] = [a[index], b[index]];
    return left !== undefined && right !== undefined && same(left, right);
  });
}
