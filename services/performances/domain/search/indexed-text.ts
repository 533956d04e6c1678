import { itemEnd } from './gram-index.ts';
import { visitNormalized } from './normalize.ts';
import { type IndexedText, wordStart } from './text-store.ts';
import type { IndexEntry } from './types.ts';

/** The texts of an entry in the order in which they are indexed: both titles, the cast, the venue. */
export function textsOf({ titleKo, titleEn = '', cast, venue }: IndexEntry): readonly string[] {
  return [titleKo, titleEn, ...cast, venue.name];
}

/** The place in `fieldOrder` of an item of `textsOf`. */
export function fieldOfItem(item: number, items: number): 0 | 1 | 2 | 3 {
  if (item === items - 1) return 3;
  return item === 0 || item === 1 ? item : 2;
}

/** Normalises the texts for the index. */
export function indexText(texts: readonly string[]): IndexedText {
  const units: number[] = [];
  const flags: number[] = [];
  const ends: number[] = [];
  for (const [item, text] of texts.entries()) {
    const field = fieldOfItem(item, texts.length);
    visitNormalized(text, (code, { startsWord }) => {
      units.push(code);
      flags.push(startsWord ? field | wordStart : field);
    });
    units.push(itemEnd);
    flags.push(field);
    ends.push(units.length);
  }
  const [titleEnd = 0, titlesEnd = 0] = ends;
  return { units, flags, titleEnd, titlesEnd };
}
