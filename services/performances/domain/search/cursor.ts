import { hash } from 'node:crypto';
import { z } from 'zod';
import type { SortKey } from './sort-keys.ts';
import type { SearchRequest } from './types.ts';

/** A cursor that was changed, cut, or made for another request. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
  constructor(options?: ErrorOptions) {
    super('The cursor is not one that the page before gave for this request', options);
  }
}

/** Where the next page begins: after this key, whether or not the performance that had it is still there. */
export interface Position {
  readonly after: SortKey;
  /** For each word whether its fallback readings are in use, so that all pages read the query alike. */
  readonly fallbacks: readonly boolean[];
}

const Content = z.tuple([z.string(), z.number(), z.number(), z.string().max(64), z.string().regex(/^[01]*$/)]);

/**
 * Opaque to clients. The check binds it to its request; it has no secret, since a forged position shows nothing that
 * paging would not.
 */
export function encodeCursor(request: SearchRequest, { after, fallbacks }: Position): string {
  const place = [after.first, after.second, after.id, fallbacks.map((used) => (used ? 1 : 0)).join('')] as const;
  return Buffer.from(JSON.stringify([checkOf(request, place), ...place])).toString('base64url');
}

/** @throws InvalidCursor */
export function decodeCursor(request: SearchRequest, cursor: string): Position {
  const parsed = Content.safeParse(jsonOf(cursor));
  if (!parsed.success) throw new InvalidCursor({ cause: parsed.error });
  const [check, first, second, id, fallbacks] = parsed.data;
  if (check !== checkOf(request, [first, second, id, fallbacks])) throw new InvalidCursor();
  return { after: { first, second, id }, fallbacks: Array.from(fallbacks, (used) => used === '1') };
}

function jsonOf(cursor: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url');
  // Buffer skips what is no base64url, and bits that are left over.
  if (bytes.toString('base64url') !== cursor) throw new InvalidCursor();
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new InvalidCursor({ cause });
  }
}

/** Not of the limit, which may differ by page, nor of today, which goes on. */
function checkOf(request: SearchRequest, place: readonly [number, number, string, string]): string {
  const { query, genres, regions, states, from, to, minPrice, maxPrice, venueId, sort } = request;
  const filters = [genres, regions, states].map((chosen) => chosen?.toSorted());
  const asked = JSON.stringify([query?.normalize('NFC'), filters, from, to, minPrice, maxPrice, venueId, sort, place]);
  return hash('sha256', asked, 'base64url').slice(0, 11);
}
