import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createSearchIndex, type IndexEntry, InvalidCursor, type SearchIndex, type SearchRequest } from './index.ts';
import { entriesArbitrary, entry, entryArbitrary, today } from './test/entries.ts';

const sort = fc.constantFrom('relevance', 'date', 'ranking', 'price', 'newest', undefined);
const query = fc.constantFrom(undefined, '하', 'ㅎㄹ', 'ham', 'gk');
const requestArbitrary = fc.record({ sort, query });

describe('paging', () => {
  it('gives everything once, in the order of one long page', () => {
    fc.assert(
      fc.property(entriesArbitrary, requestArbitrary, fc.integer({ min: 1, max: 7 }), (entries, given, limit) => {
        const index = indexOf(entries);
        const request = { ...given, limit, today };
        expect(allPages(index, request)).toEqual(index.search({ ...request, limit: 100 }).hits.map(({ id }) => id));
      }),
    );
  });

  it('neither loses nor repeats what stays while others come and go between the pages', () => {
    const changes = fc.array(fc.tuple(fc.nat(24), entryArbitrary), { maxLength: 20 });
    fc.assert(
      fc.property(entriesArbitrary, changes, requestArbitrary, (entries, between, given) => {
        const index = indexOf(entries);
        const request = { ...given, limit: 2, today };
        const before = index.search({ ...request, limit: 100 }).hits.map(({ id }) => id);
        const removed = new Set<string>();
        const steps = between.values();
        const seen = allPages(index, request, () => {
          const [which, added] = steps.next().value ?? [];
          if (which === undefined || added === undefined) return;
          const gone = entries[which]?.id;
          if (gone !== undefined && index.remove(gone)) removed.add(gone);
          index.put(added);
        });
        expect(new Set(seen).size).toBe(seen.length);
        const stayed = before.filter((id) => !removed.has(id));
        expect(seen.filter((id) => stayed.includes(id))).toEqual(stayed);
      }),
    );
  });

  it('goes on reading the keys as another layout when such a text appears', () => {
    const index = indexOf([entry('a', { titleKo: '해' }), entry('b', { titleKo: '해' })]);
    const seen = allPages(index, { query: 'go', limit: 1, today }, () => index.put(entry('z', { titleEn: 'Go' })));
    expect(seen.slice(0, 2)).toEqual(['a', 'b']);
  });

  it('refuses the cursor of another request', () => {
    const index = indexOf([entry('a'), entry('b')]);
    const { next } = index.search({ limit: 1, today });
    expect(next).toEqual(expect.any(String));
    expect(() => index.search({ limit: 1, today, genres: ['play'], cursor: next })).toThrow(InvalidCursor);
    expect(() => index.search({ limit: 1, today, cursor: 'x' })).toThrow(InvalidCursor);
  });
});

function indexOf(entries: readonly IndexEntry[]): SearchIndex {
  const index = createSearchIndex();
  for (const each of entries) index.put(each);
  return index;
}

function allPages(index: SearchIndex, request: SearchRequest, between?: () => void): string[] {
  const seen: string[] = [];
  for (let cursor: string | undefined, page = 0; page < 200; page += 1) {
    const { hits, next } = index.search({ ...request, cursor });
    seen.push(...hits.map(({ id }) => id));
    if (next === undefined) return seen;
    cursor = next;
    between?.();
  }
  throw new Error('There is no end of pages');
}
