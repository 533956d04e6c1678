import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createSearchIndex, type IndexEntry, type SearchIndex } from './index.ts';
import { textsOf } from './indexed-text.ts';
import { normalize } from './normalize.ts';
import { entriesArbitrary, entryArbitrary, queryArbitrary, today } from './test/entries.ts';
import { scan, scanBeingTyped, scanInitials } from './test/plain-scan.ts';

describe('recall', () => {
  it('is all that a plain scan finds, and no more than what is being typed explains', () => {
    fc.assert(
      fc.property(entriesArbitrary, queryArbitrary, (entries, query) => {
        const found = idsOf(indexOf(entries), query);
        const typed = scanBeingTyped(entries, query);
        expect(found).toEqual(expect.arrayContaining(scan(entries, query)));
        // Where nothing has it, other readings may.
        if (typed.length > 0) expect(found.toSorted()).toEqual(typed.toSorted());
      }),
      { numRuns: 500 },
    );
  });

  it('is the entry for any part of any of its texts', () => {
    fc.assert(
      fc.property(entryArbitrary, fc.tuple(fc.nat(), fc.nat(), fc.nat()), (entry, [which, from, length]) => {
        const texts = textsOf(entry).filter((text) => text !== '');
        const text = texts[which % texts.length] ?? '';
        const start = from % text.length;
        const part = text.slice(start, start + 1 + (length % text.length));
        fc.pre(normalize(part) !== '');
        expect(idsOf(indexOf([entry]), part)).toEqual([entry.id]);
      }),
    );
  });

  it('is every text with these initials in a row, and, for two of them, nothing else', () => {
    const two = fc.tuple(...[0, 1].map(() => fc.constantFrom('ㄱ', 'ㄴ', 'ㄹ', 'ㅎ'))).map((each) => each.join(''));
    const three = fc.tuple(two, fc.constantFrom('ㄱ', 'ㄹ')).map((each) => each.join(''));
    fc.assert(
      fc.property(entriesArbitrary, fc.oneof(two, three), (entries, consonants) => {
        const found = idsOf(indexOf(entries), consonants);
        const expected = scanInitials(entries, consonants);
        expect(found).toEqual(expect.arrayContaining(expected));
        if (consonants.length === 2 && expected.length > 0) expect(found.toSorted()).toEqual(expected.toSorted());
      }),
    );
  });

  it('is the word whose consonants were typed, its last letters of syllables with them or without', () => {
    const word = fc.constantFrom('햄릿', '각간값', '한하람', '값각갑');
    fc.assert(
      fc.property(word, fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), (titleKo, closed) => {
        const consonants = Array.from(titleKo, (syllable, at) => consonantsOf(syllable, closed[at] ?? false)).join('');
        fc.pre(consonants.length >= 3);
        const [first] = fc.sample(entryArbitrary, 1);
        expect(first && idsOf(indexOf([{ ...first, titleKo }]), consonants)).toEqual([first?.id]);
      }),
    );
  });

  it('is the same after any changes as if the index had been built at once', () => {
    const changes = fc.array(fc.tuple(fc.boolean(), fc.nat(5), entryArbitrary), { maxLength: 60 });
    fc.assert(
      fc.property(changes, queryArbitrary, (steps, query) => {
        const changed = createSearchIndex();
        const entries = new Map<string, IndexEntry>();
        for (const [put, number, given] of steps) {
          const entry = { ...given, id: `id-${number}` };
          if (put) changed.put(entry);
          else changed.remove(entry.id);
          if (put) entries.set(entry.id, entry);
          else entries.delete(entry.id);
        }
        const built = indexOf(Array.from(entries.values()));
        for (const request of [
          { limit: 50, today },
          { limit: 50, today, query },
        ]) {
          expect(changed.search(request)).toEqual(built.search(request));
        }
        expect(changed.suggest(query, 10)).toEqual(built.suggest(query, 10));
        expect(changed.size).toBe(entries.size);
      }),
    );
  });

  it('lasts through so many changes that the text is moved together', () => {
    const index = createSearchIndex();
    const [sample] = fc.sample(entryArbitrary, 1);
    if (sample === undefined) throw new Error('No sample');
    for (let change = 0; change < 3000; change += 1) {
      index.put({ ...sample, id: `id-${change % 7}`, titleKo: `햄릿 ${change}`, titleEn: 'x'.repeat(change % 90) });
    }
    expect(idsOf(index, '햄릿').toSorted()).toEqual(Array.from({ length: 7 }, (_, at) => `id-${at}`));
    expect(idsOf(index, '햄릿 2999')).toEqual(['id-3']);
    expect(idsOf(index, '햄릿 2992')).toEqual([]);
  });
});

function indexOf(entries: readonly IndexEntry[]): SearchIndex {
  const index = createSearchIndex();
  for (const entry of entries) index.put(entry);
  return index;
}

function idsOf(index: SearchIndex, query: string): string[] {
  const { hits, total } = index.search({ query, limit: 100, today });
  expect(hits).toHaveLength(total);
  return hits.map(({ id }) => id);
}

function consonantsOf(syllable: string, closed: boolean): string {
  const jamo = syllable.normalize('NFD');
  const finals: Record<number, string> = {
    0x11a8: 'ㄱ',
    0x11ab: 'ㄴ',
    0x11b7: 'ㅁ',
    0x11b8: 'ㅂ',
    0x11b9: 'ㅄ',
    0x11ba: 'ㅅ',
  };
  const initials: Record<number, string> = { 0x1100: 'ㄱ', 0x1105: 'ㄹ', 0x1112: 'ㅎ' };
  return (initials[jamo.charCodeAt(0)] ?? '') + (closed ? (finals[jamo.charCodeAt(2)] ?? '') : '');
}
