import * as fc from 'fast-check';
import { genres, regions } from '../../../schemas/common.ts';
import type { IndexEntry } from '../index.ts';

export const today = '2026-11-20';

/** A performance of which only what matters is said. */
export function entry(id: string, given: Partial<IndexEntry> = {}): IndexEntry {
  return {
    id,
    titleKo: '제목',
    cast: [],
    venue: { id: 'venue', name: '별빛아트홀' },
    region: 'seoul',
    genre: 'play',
    startDate: '2026-12-01',
    endDate: '2026-12-31',
    cancelled: false,
    minPrice: 50_000,
    maxPrice: 90_000,
    popularity: 0,
    createdAt: 0,
    ...given,
  };
}

/** Few syllables, close to each other, so that what is searched for is often there, and almost there. */
const koreanWord = fc
  .array(fc.constantFrom(...Array.from('가각간값고과나라람하해햄한릿리리')), { minLength: 3, maxLength: 5 })
  .map((syllables) => syllables.join(''));
const englishWord = fc.constantFrom('Hamlet', 'Ocean', 'ham', 'Let It', 'Café', 'O’Neill', 'whale');
const gap = fc.constantFrom(' ', ': ', '-', ' (', ' & ');
const separated = (word: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(word, gap), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.flat().join(''))
    .map((text) => text.trim());

const korean = separated(koreanWord);
const english = separated(englishWord);
const price = fc.option(fc.constantFrom(0, 10_000, 30_000, 59_999, 60_000, 150_000, 400_000));
const day = fc
  .date({ min: new Date('2025-06-01'), max: new Date('2029-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

export const entryArbitrary: fc.Arbitrary<IndexEntry> = fc
  .record({
    id: fc.uuid(),
    titleKo: korean,
    titleEn: fc.option(english, { nil: undefined }),
    cast: fc.array(koreanWord, { maxLength: 3 }),
    venue: fc.constantFrom({ id: 'a', name: '하람 나라홀' }, { id: 'b', name: 'Ocean Hall' }),
    region: fc.constantFrom(...regions),
    genre: fc.constantFrom(...genres),
    dates: fc.tuple(day, day),
    cancelled: fc.boolean(),
    prices: fc.tuple(price, price),
    popularity: fc.nat(3),
    createdAt: fc.nat(3),
  })
  .map(({ dates, prices, ...rest }) => {
    const [startDate = '', endDate = ''] = dates.toSorted();
    const known = prices.filter((each) => each !== null);
    return {
      ...rest,
      startDate,
      endDate,
      minPrice: known.length === 0 ? null : Math.min(...known),
      maxPrice: known.length === 0 ? null : Math.max(...known),
    };
  });

export const entriesArbitrary = fc.uniqueArray(entryArbitrary, { maxLength: 25, selector: ({ id }) => id });

/** Part of a text of an entry, or a text that is like one. */
export const queryArbitrary = fc.oneof(korean, english, koreanWord).chain((text) =>
  fc
    .tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 6 }))
    .map(([from, length]) => text.slice(from, from + length).trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part)),
);
