import type { IncomingHttpHeaders } from 'node:http';

/** RFC 9110 8.8.3.2: the weak comparison looks at the opaque part only. */
function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

/**
 * The member of a list of entity tags (If-Match, If-None-Match) that names this one, by weak comparison, or undefined.
 *
 * Our own tags become weak on the way out when an answer is compressed, since its bytes are others then. So a client
 * that read a resource compressed and sends If-Match has the weak form in its hand, and means this version.
 */
export function matchingTag(list: string, tag: string): string | undefined {
  if (list === tag || list === '*') return tag;
  const wanted = opaque(tag);
  // A tag holds no quotes, and may hold commas.
  return list.match(/(?:W\/)?"[^"]*"/g)?.find((member) => opaque(member) === wanted);
}

export function weak(tag: string): string {
  return tag.startsWith('W/') ? tag : `W/${tag}`;
}

export interface Validators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export function isConditional(headers: IncomingHttpHeaders): boolean {
  return headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined;
}

/**
 * Whether what the client holds is still good, for GET and HEAD: gives the validators to say so with, or undefined.
 * @see RFC 9110 13.1.2, 13.1.3, 13.2.2
 */
export function stillGood(headers: IncomingHttpHeaders, { etag, lastModified }: Validators): Validators | undefined {
  const list = headers['if-none-match'];
  if (list !== undefined) {
    // If-Modified-Since does not count beside it.
    const held = etag === undefined ? undefined : matchingTag(list, etag);
    return held === undefined ? undefined : { etag: held, lastModified };
  }
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Date.parse(lastModified ?? '') <= since ? { etag, lastModified } : undefined;
}
