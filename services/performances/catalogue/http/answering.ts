import { dayInSeoul, startOfDayInSeoul } from '../../domain/seoul.ts';
import type { CatalogueParts } from './parts.ts';

/**
 * How long others may keep an answer. A CDN answers for a moment by itself and asks again behind the back of whoever
 * comes next; with the servers away it goes on with what it has. Browsers ask each time, by the entity tag.
 */
export const caching = {
  list: 'public, max-age=0, s-maxage=5, stale-while-revalidate=30, stale-if-error=86400',
  suggestions: 'public, max-age=60, s-maxage=300, stale-while-revalidate=600, stale-if-error=86400',
  /** The geometry is for ever, but the prices of the session are not: nobody is to see those of yesterday. */
  seatMap: 'public, max-age=60, s-maxage=300, stale-while-revalidate=600, stale-if-error=604800',
} as const;

export type Headers = Readonly<Record<string, string>>;

/**
 * Makes the headers of an answer: how long it may be kept, when the newest change that is in it was made, and, while
 * changes may be missing, of how many seconds.
 */
export function answerHeaders({ catalogue, freshness, now }: CatalogueParts): (cacheControl: string) => Headers {
  let known:
    | { readonly second: number; readonly generation: number; readonly headers: Map<string, Headers> }
    | undefined;

  function make(cacheControl: string, second: number): Headers {
    // States change at midnight without anybody doing anything.
    const midnight = startOfDayInSeoul(dayInSeoul(new Date(second * 1000))).getTime();
    const changed = Math.floor(Math.max(catalogue.changedAt, midnight) / 1000);
    // A second that is not over may see another change, and would call both by one name (RFC 9110 8.8.2.2).
    const lastModified = new Date(Math.min(changed, second - 1) * 1000).toUTCString();
    const behind = freshness.behindSeconds;
    // Frozen, so that what was made of them once may be used again.
    return Object.freeze({
      'cache-control': cacheControl,
      'last-modified': lastModified,
      ...(behind > 0 && { 'catalogue-behind': String(behind) }),
    });
  }

  return (cacheControl) => {
    const second = Math.floor(now().getTime() / 1000);
    const { generation } = catalogue;
    if (known?.second !== second || known.generation !== generation) known = { second, generation, headers: new Map() };
    let headers = known.headers.get(cacheControl);
    if (!headers) {
      headers = make(cacheControl, second);
      known.headers.set(cacheControl, headers);
    }
    return headers;
  };
}
