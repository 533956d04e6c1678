import { matchingTag, problem } from '@ticketaka/platform/http';
import { errors } from '../errors.ts';

/** The strong entity tag of a record's version (RFC 9110 8.8.3). */
export function entityTag(version: number): string {
  return `"v${version}"`;
}

/**
 * Optimistic locking by If-Match (RFC 9110 13.1.1, RFC 6585 3): a change names the version that it is a change of.
 * @throws Problem if_match_missing, changed_meanwhile
 */
export function requireVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || ifMatch.trim() === '') throw problem(errors, 'if_match_missing');
  // A weak tag matches too: a compressed answer carried it, and the version that it names is the same.
  if (matchingTag(ifMatch, entityTag(version)) === undefined) throw problem(errors, 'changed_meanwhile');
}
