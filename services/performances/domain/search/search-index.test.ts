import { describe, expect, it } from '@jest/globals';
import { createSearchIndex, type IndexEntry, type SearchRequest } from './index.ts';
import { entry, today } from './test/entries.ts';

describe('search', () => {
  it.each([
    ['part of the title', '햄릿'],
    ['one syllable', '릿'],
    ['Hangul in pieces (NFD)', '햄릿'.normalize('NFD')],
    ['across a space', '정원의햄'],
    ['with punctuation of its own', '정원-의 (햄릿)'],
    ['consonants without vowels', 'ㅎㅁㄹ'],
    ['initial consonants', 'ㅎㄹ'],
    ['initial consonants across words', 'ㅈㅇㅇㅎㄹ'],
    ['initials that the keyboard made one letter of', 'ㄳㅎ'],
    ['syllables and initials', '햄ㄹ'],
    ['a syllable that is being typed', '해'],
    ['a last syllable that is being typed', '햄리'],
    ['the keys on the Latin layout', 'goaflt'],
    ['the keys on the Latin layout, unfinished', 'goafl'],
    ['initials on the Latin layout', 'gaf'],
    ['the keys on the Korean layout', 'ㅗ므ㅣㄷㅅ'],
    ['the keys on the Korean layout, as composed', 'ㅗ믣ㅅ'],
    ['an English word', 'hamlet'],
    ['the beginning of an English word', 'Wint'],
    ['English capitals', 'GARDEN'],
    ['somebody of the cast', '김하늘'],
    ['the venue', '별빛'],
    ['words in any order and any field', '별빛 winter 햄릿 하늘'],
  ])('finds by %s: %s', (_, query) => {
    const index = indexOf(
      entry('hamlet', {
        titleKo: '겨울 정원의 햄릿',
        titleEn: 'Hamlet in the Winter Garden',
        cast: ['김하늘', '구성한'],
      }),
      entry('other', { titleKo: '나무', titleEn: 'Tree', venue: { id: 'b', name: '무대' } }),
    );
    expect(ids(index, { query })).toEqual(['hamlet']);
  });

  it.each([
    ['one of the words is nowhere', '햄릿 심청'],
    ['there is only punctuation', '?!'],
    ['syllables stand in another order', '릿햄'],
    ['the text would have to reach over two fields', '햄릿별빛'],
  ])('finds nothing when %s', (_, query) => {
    expect(ids(indexOf(entry('hamlet', { titleKo: '햄릿' })), { query })).toEqual([]);
  });

  it('takes two keys of the wrong layout for a syllable only when there is no such text', () => {
    const index = indexOf(entry('hangul', { titleKo: '해바라기' }), entry('latin', { titleEn: 'Gogo' }));
    expect(ids(index, { query: 'go' })).toEqual(['latin']);
    index.remove('latin');
    expect(ids(index, { query: 'go' })).toEqual(['hangul']);
  });

  it('ranks by where it matched, most popular first where that is the same', () => {
    const index = indexOf(
      entry('venue', { venue: { id: 'v', name: '햄릿홀' }, popularity: 9 }),
      entry('cast', { cast: ['햄릿'], popularity: 8 }),
      entry('inside', { titleKo: '뉴햄릿', popularity: 7 }),
      entry('word', { titleKo: '겨울 햄릿', popularity: 6 }),
      entry('prefix', { titleKo: '햄릿의 겨울', popularity: 5 }),
      entry('exact', { titleKo: '햄릿' }),
      entry('popular', { titleKo: '햄릿!', popularity: 1 }),
    );
    expect(ids(index, { query: '햄릿' })).toEqual(['popular', 'exact', 'prefix', 'word', 'inside', 'cast', 'venue']);
  });

  it('ranks what was typed over the other layout over initials', () => {
    const asTyped = indexOf(entry('layout', { titleKo: '햄릿', popularity: 9 }), entry('typed', { cast: ['goaflt'] }));
    expect(ids(asTyped, { query: 'goaflt' })).toEqual(['typed', 'layout']);
    const initials = indexOf(
      entry('initials', { titleKo: '참마실내', popularity: 9 }),
      entry('layout', { titleEn: 'Musical Cats' }),
      entry('typed', { titleKo: '이름은 ㅊㅁㅅㄴ' }),
    );
    expect(ids(initials, { query: 'ㅊㅁㅅㄴ' })).toEqual(['typed', 'layout', 'initials']);
  });

  it('ranks a title of several words, asked for whole, first', () => {
    const index = indexOf(
      entry('apart', { titleKo: '정원과 겨울', popularity: 9 }),
      entry('prefix', { titleKo: '겨울 정원 이야기', popularity: 5 }),
      entry('whole', { titleKo: '겨울 정원' }),
    );
    expect(ids(index, { query: '겨울 정원' })).toEqual(['whole', 'prefix', 'apart']);
  });

  it('breaks ties by id', () => {
    expect(ids(indexOf(entry('b'), entry('a'), entry('c')), {})).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['date', ['soon', 'later', 'last']],
    ['price', ['last', 'soon', 'later']],
    ['newest', ['later', 'last', 'soon']],
    ['ranking', ['soon', 'last', 'later']],
  ] as const)('sorts by %s', (sort, expected) => {
    const index = indexOf(
      entry('later', { startDate: '2026-12-02', minPrice: null, maxPrice: null, createdAt: 3, popularity: 1 }),
      entry('soon', { startDate: '2026-12-01', minPrice: 20, createdAt: 1, popularity: 3 }),
      entry('last', { startDate: '2026-12-03', minPrice: 10, createdAt: 2, popularity: 2 }),
    );
    expect(ids(index, { sort })).toEqual(expected);
  });

  it('derives states from the dates and today', () => {
    const index = indexOf(entry('show', { startDate: '2026-12-01', endDate: '2026-12-31' }));
    expect(ids(index, { states: ['upcoming'], today: '2026-11-30' })).toEqual(['show']);
    expect(ids(index, { states: ['running'], today: '2026-12-01' })).toEqual(['show']);
    expect(ids(index, { states: ['running'], today: '2026-12-31' })).toEqual(['show']);
    expect(ids(index, { states: ['ended'], today: '2027-01-01' })).toEqual(['show']);
    index.put(entry('show', { cancelled: true }));
    expect(ids(index, { states: ['cancelled'] })).toEqual(['show']);
  });

  it('forgets what was replaced or removed', () => {
    const index = indexOf(entry('show', { titleKo: '햄릿' }));
    index.put(entry('show', { titleKo: '심청' }));
    expect(index.size).toBe(1);
    expect([ids(index, { query: '햄릿' }), ids(index, { query: '심청' })]).toEqual([[], ['show']]);
    expect([index.remove('show'), index.remove('show'), index.size]).toEqual([true, false, 0]);
    expect(ids(index, { query: '심청' })).toEqual([]);
  });
});

function indexOf(...entries: IndexEntry[]) {
  const index = createSearchIndex();
  for (const each of entries) index.put(each);
  return index;
}

function ids(index: ReturnType<typeof createSearchIndex>, request: Partial<SearchRequest>): string[] {
  return index.search({ limit: 20, today, ...request }).hits.map(({ id }) => id);
}
