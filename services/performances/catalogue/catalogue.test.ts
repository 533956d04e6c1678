import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Catalogue } from './catalogue.ts';
import { Rankings } from './rankings.ts';
import { documentOf } from './test/document.ts';

const at = new Date('2026-11-20T00:00:00Z');
const ids = [1, 2, 3].map((number) => `0193e3a0-7b3c-7000-8000-00000000000${number}`);
const change = fc.record({
  id: fc.constantFrom(...ids),
  version: fc.integer({ min: 1, max: 6 }),
  removed: fc.boolean(),
});

function stateOf(catalogue: Catalogue) {
  return ids.map((id) => [catalogue.document(id), catalogue.performanceOf(`${id.slice(0, -2)}f${id.slice(-1)}`)]);
}

describe('the catalogue', () => {
  it('ends in the same state in whatever order, and however often, changes come', () => {
    const history = fc.uniqueArray(change, { selector: ({ id, version }) => `${id} ${version}` });
    const both = history.chain((changes) =>
      fc.tuple(
        fc.constant(changes),
        fc.shuffledSubarray([...changes, ...changes], { minLength: changes.length * 2, maxLength: changes.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(both, ([changes, again]) => {
        const apply = (given: typeof changes) => {
          const catalogue = new Catalogue();
          for (const { id, version, removed } of given) {
            if (removed) catalogue.remove(id, { version, at });
            else catalogue.put(documentOf({ id, version, title: `공연 ${version}` }));
          }
          return catalogue;
        };
        const ordered = apply(changes.toSorted((a, b) => a.version - b.version));
        expect(stateOf(apply(again))).toEqual(stateOf(ordered));
        expect(apply(again).size).toBe(ordered.size);
      }),
    );
  });

  it('finds a new title and forgets the old one, and its sessions', () => {
    const catalogue = new Catalogue();
    const [id = ''] = ids;
    const find = (query: string) => catalogue.search({ query, limit: 10, today: '2026-11-20' }).total;
    catalogue.put(documentOf({ id, version: 1, title: '겨울 정원' }));
    catalogue.put(documentOf({ id, version: 2, title: '여름 바다' }));
    expect([find('겨울'), find('여름')]).toEqual([0, 1]);
    const sessionId = catalogue.document(id)?.sessions[0]?.id ?? '';
    expect(catalogue.session(sessionId)?.document.version).toBe(2);
    catalogue.remove(id, { version: 3, at });
    expect([find('여름'), catalogue.session(sessionId)]).toEqual([0, undefined]);
  });

  it('goes by the box office, and says how places changed', () => {
    const catalogue = new Catalogue();
    for (const id of ids) catalogue.put(documentOf({ id, version: 1, title: '같은 제목' }));
    const list = (date: string, order: readonly number[]) => ({
      period: 'day' as const,
      date,
      genre: null,
      places: order.map((number, index) => ({ place: index + 1, performanceId: ids[number] ?? '' })),
    });
    const order = () => catalogue.search({ limit: 10, today: '2026-11-20' }).hits.map(({ id }) => id);
    const { generation } = catalogue;
    const lists = [list('2026-11-18', [0, 1]), list('2026-11-19', [2, 1])];
    expect(catalogue.setRankings(new Rankings(lists), at)).toBe(true);
    expect(catalogue.generation).toBeGreaterThan(generation);
    expect(order()).toEqual([ids[2], ids[1], ids[0]]);
    expect(catalogue.rankings.find('day')?.places.map(({ change: won }) => won)).toEqual([null, 0]);
    expect(catalogue.rankings.rankOf(ids[0] ?? '')).toBeNull();
    expect(catalogue.setRankings(new Rankings(lists), at)).toBe(false);
  });
});
