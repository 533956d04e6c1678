import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Page } from './page.ts';
import { compareKeys } from './sort-keys.ts';

const key = fc.record({
  first: fc.integer({ min: -2, max: 2 }),
  second: fc.integer({ min: -2, max: 2 }),
  id: fc.uuid(),
});

describe('Page', () => {
  it('keeps what sorting everything would put first after the cursor', () => {
    const keys = fc.uniqueArray(key, { maxLength: 40, selector: ({ id }) => id });
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 10 }), fc.option(key, { nil: undefined }), (all, limit, after) => {
        const page = new Page({ limit, idOf: (slot) => all[slot]?.id ?? '', after });
        for (const [slot, { first, second }] of all.entries()) page.offer(slot, first, second);
        const later = all.filter((each) => after === undefined || compareKeys(each, after) > 0).toSorted(compareKeys);
        expect(page.items().map((item) => item.key)).toEqual(later.slice(0, limit));
        expect(page.hasMore).toBe(later.length > limit);
      }),
    );
  });
});
