import { type State } from '../../../schemas/common.ts';
import type { IndexEntry, SearchRequest } from '../index.ts';
import { textsOf } from '../indexed-text.ts';
import { normalize } from '../normalize.ts';

/** Which performances have each word somewhere in a text, found by looking at all of them. */
export function scan(entries: readonly IndexEntry[], query: string): string[] {
  return entries.filter((entry) => words(query).every((word) => has(entry, (text) => text.includes(word)))).map(idOf);
}

/** The same with the last syllable of each word still being typed. */
export function scanBeingTyped(entries: readonly IndexEntry[], query: string): string[] {
  return entries
    .filter((entry) => words(query).every((word) => has(entry, (text) => includesBeginning(text, word))))
    .map(idOf);
}

/** Texts that have consonants as the initials of syllables in a row. */
export function scanInitials(entries: readonly IndexEntry[], consonants: string): string[] {
  return entries.filter((entry) => has(entry, (text) => initialsOf(text).includes(consonants))).map(idOf);
}

/** What passes the filters but for those that are left out. */
export function filtered(
  entries: readonly IndexEntry[],
  request: SearchRequest,
  but?: keyof typeof checks,
): IndexEntry[] {
  return entries.filter((entry) =>
    Object.entries(checks).every(([name, check]) => name === but || check(entry, request)),
  );
}

export function stateOf({ cancelled, startDate, endDate }: IndexEntry, today: string): State {
  if (cancelled) return 'cancelled';
  if (endDate < today) return 'ended';
  return startDate > today ? 'upcoming' : 'running';
}

const checks = {
  genre: (entry: IndexEntry, { genres }: SearchRequest) => !genres?.length || genres.includes(entry.genre),
  region: (entry: IndexEntry, { regions }: SearchRequest) => !regions?.length || regions.includes(entry.region),
  state: (entry: IndexEntry, { states, today }: SearchRequest) =>
    !states?.length || states.includes(stateOf(entry, today)),
  month: (entry: IndexEntry, { from, to }: SearchRequest) =>
    (from === undefined || entry.endDate >= from) && (to === undefined || entry.startDate <= to),
  price: ({ minPrice, maxPrice }: IndexEntry, request: SearchRequest) => {
    if (request.minPrice === undefined && request.maxPrice === undefined) return true;
    if (minPrice === null || maxPrice === null) return false;
    return maxPrice >= (request.minPrice ?? 0) && minPrice <= (request.maxPrice ?? Number.POSITIVE_INFINITY);
  },
  venue: (entry: IndexEntry, { venueId }: SearchRequest) => venueId === undefined || entry.venue.id === venueId,
};

const idOf = ({ id }: IndexEntry) => id;
const words = (query: string) =>
  query
    .split(/\s+/u)
    .map(normalize)
    .filter((word) => word !== '');

function initialsOf(text: string): string {
  return Array.from(text, initialOf).join('');
}

function has(entry: IndexEntry, matches: (text: string) => boolean): boolean {
  return textsOf(entry).some((text) => matches(normalize(text)));
}

function includesBeginning(text: string, word: string): boolean {
  const last = word.slice(-1);
  return Array.from({ length: text.length - word.length + 1 }, (_, at) => at).some(
    (at) =>
      text.startsWith(word.slice(0, -1), at) && keysOf(text.charAt(at + word.length - 1)).startsWith(keysOf(last)),
  );
}

/** A syllable as the letters that it is typed with, by Unicode's own decomposition. */
function keysOf(syllable: string): string {
  const two: Record<string, string> = { ᆪ: 'ᆨᆺ', ᆬ: 'ᆫᆽ', ᆭ: 'ᆫᇂ', ᆹ: 'ᆸᆺ', ᅪ: 'ᅩᅡ', ᆩ: 'ᆨᆨ', ᆻ: 'ᆺᆺ' };
  return Array.from(syllable.normalize('NFD'), (jamo) => two[jamo] ?? jamo).join('');
}

function initialOf(character: string): string {
  const first = character.normalize('NFD').codePointAt(0) ?? 0;
  return first >= 0x1100 && first <= 0x1112 ? 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'.charAt(first - 0x1100) : ' ';
}
