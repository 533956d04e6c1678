import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createSearchIndex, type IndexEntry, type Mark } from './index.ts';
import { normalize } from './normalize.ts';
import { entriesArbitrary, entry, queryArbitrary, today } from './test/entries.ts';

describe('marks', () => {
  it.each([
    ['햄릿', { titleKo: '겨울: 햄릿' }, ['햄릿']],
    ['겨울햄', { titleKo: '겨울: 햄릿' }, ['겨울: 햄']],
    ['ㅎㅁㄹ', { titleKo: '겨울 햄릿' }, ['햄릿']],
    ['goaflt', { titleKo: '겨울 햄릿' }, ['햄릿']],
    ['햄리', { titleKo: '겨울 햄릿' }, ['햄릿']],
    ['햄릿', { titleKo: '겨울 햄릿'.normalize('NFD') }, ['햄릿'.normalize('NFD')]],
    ['misera', { titleEn: 'Les Misérables' }, ['Miséra']],
    ['misera', { titleEn: 'Les Misérables'.normalize('NFD') }, ['Miséra'.normalize('NFD')]],
    ['let ham', { titleEn: 'Hamlet hams' }, ['Hamlet', 'ham']],
    ['하늘', { cast: ['나무', '김하늘'] }, ['하늘']],
    ['별빛', { titleKo: '별 빛', cast: ['별빛'] }, ['별 빛', '별빛', '별빛']],
  ])('of %s', (query, given, expected) => {
    const shown = entry('id', given);
    const index = createSearchIndex();
    index.put(shown);
    const [hit] = index.search({ query, limit: 1, today }).hits;
    expect(hit?.marks.map((mark) => marked(shown, mark))).toEqual(expected);
  });

  it('say which of the cast', () => {
    const index = createSearchIndex();
    index.put(entry('id', { cast: ['나무', '김하늘'] }));
    const [hit] = index.search({ query: '하늘', limit: 1, today }).hits;
    expect(hit?.marks).toEqual([{ field: 'cast', index: 1, from: 1, to: 3 }]);
  });

  it('are not there without a query', () => {
    const index = createSearchIndex();
    index.put(entry('id'));
    expect(index.search({ limit: 1, today }).hits).toEqual([{ id: 'id', marks: [] }]);
  });

  it('point at what matched, in order and apart, in every hit', () => {
    fc.assert(
      fc.property(entriesArbitrary, queryArbitrary, (entries, query) => {
        const index = createSearchIndex();
        for (const each of entries) index.put(each);
        const words = query
          .split(/\s+/u)
          .map(normalize)
          .filter((word) => word !== '');
        for (const { id, marks } of index.search({ query, limit: 100, today }).hits) {
          const shown = entries.find((each) => each.id === id);
          if (shown === undefined) throw new Error(`${id} was not put`);
          const texts = marks.map((mark) => normalize(marked(shown, mark)));
          expect(texts).not.toContain('');
          // All but the last letter, which may still be being typed.
          if (/^[가-힣 ]+$/.test(query)) {
            for (const word of words) expect(texts.some((text) => text.includes(word.slice(0, -1)))).toBe(true);
          }
          for (const [at, mark] of marks.entries()) {
            const before = marks[at - 1];
            const sameText = before?.field === mark.field && before.index === mark.index;
            if (sameText) expect(mark.from).toBeGreaterThan(before.to);
          }
        }
      }),
    );
  });
});

function marked(shown: IndexEntry, { field, index, from, to }: Mark): string {
  const texts = {
    title: shown.titleKo,
    titleEn: shown.titleEn ?? '',
    cast: shown.cast[index ?? 0] ?? '',
    venue: shown.venue.name,
  };
  return texts[field].slice(from, to);
}
