import { describe, expect, it } from '@jest/globals';
import { createSearchIndex, type IndexEntry } from './index.ts';
import { entry } from './test/entries.ts';

describe('suggestions', () => {
  const tour = { titleKo: '겨울 정원의 햄릿', titleEn: 'Hamlet in the Winter Garden' };
  const shows = [
    entry('seoul', { ...tour, cast: ['김하늘', '한겨울'], popularity: 5 }),
    entry('busan', { ...tour, cast: ['김하늘'], popularity: 1 }),
    entry('hamlet', { titleKo: '햄릿', popularity: 2 }),
    entry('one', { titleKo: '하나의 겨울', venue: { id: 'h', name: '햄튼홀' }, popularity: 3 }),
  ];

  it.each([
    ['햄', ['햄튼홀', '햄릿', '겨울 정원의 햄릿']],
    ['ㅎㅁㄹ', ['햄릿', '겨울 정원의 햄릿']],
    ['goaf', ['햄릿', '겨울 정원의 햄릿']],
    ['wint', ['Hamlet in the Winter Garden']],
    ['김하', ['김하늘']],
    ['한', ['한겨울', '하나의 겨울', '김하늘']],
    ['정원 햄릿', ['겨울 정원의 햄릿']],
    ['햄릿 별빛', []],
    ['!', []],
  ])('for %s', (text, expected) => {
    expect(
      indexOf(shows)
        .suggest(text, 10)
        .map((suggestion) => suggestion.text),
    ).toEqual(expected);
  });

  it('say what they are, and for a title the most popular performance', () => {
    expect(indexOf(shows).suggest('겨울', 3)).toEqual([
      { text: '겨울 정원의 햄릿', kind: 'title', performanceId: 'seoul' },
      { text: '하나의 겨울', kind: 'title', performanceId: 'one' },
      { text: '한겨울', kind: 'cast' },
    ]);
  });

  it('are as many as asked for, the same first ones however many there are', () => {
    const many = Array.from({ length: 2000 }, (_, at) =>
      entry(`id-${at}`, { titleKo: `${at % 3 === 0 ? '' : '달 '}햄릿 ${at}`, popularity: (at * 7919) % 2000 }),
    );
    const index = indexOf(many);
    const expected = many
      .filter(({ titleKo }) => titleKo.startsWith('햄'))
      .toSorted((a, b) => b.popularity - a.popularity)
      .map(({ titleKo }) => titleKo);
    expect(index.suggest('햄', 5).map(({ text }) => text)).toEqual(expected.slice(0, 5));
    expect(index.suggest('햄', 20).map(({ text }) => text)).toEqual(expected.slice(0, 20));
  });
});

function indexOf(entries: readonly IndexEntry[]) {
  const index = createSearchIndex();
  for (const each of entries) index.put(each);
  return index;
}
