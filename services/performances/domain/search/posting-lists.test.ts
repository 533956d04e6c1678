import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bitsFor, someBit } from './bits.ts';
import { PostingLists } from './posting-lists.ts';

const capacity = 400;
const step = fc.record({ list: fc.nat(2), slot: fc.nat(capacity - 1), add: fc.boolean() });

describe('PostingLists', () => {
  it('hold what sets hold, short or long', () => {
    const runs = fc.record({ list: fc.nat(2), from: fc.nat(200), length: fc.nat(120) });
    fc.assert(
      fc.property(fc.array(runs, { maxLength: 4 }), fc.array(step, { maxLength: 200 }), (filled, steps) => {
        const lists = new PostingLists();
        const sets = Array.from({ length: 3 }, () => ({ list: lists.create(), slots: new Set<number>() }));
        const change = ({ list, slot, add }: { list: number; slot: number; add: boolean }) => {
          const set = sets[list];
          if (set === undefined) return;
          if (add) lists.add(set.list, slot, capacity);
          else lists.remove(set.list, slot);
          if (add) set.slots.add(slot);
          else set.slots.delete(slot);
        };
        for (const { list, from, length } of filled) {
          for (let slot = from; slot < from + length; slot += 1) change({ list, slot, add: true });
        }
        for (const each of steps) change(each);
        for (const { list, slots } of sets) {
          expect(lists.count(list)).toBe(slots.size);
          expect(slotsOf(lists, list)).toEqual(Array.from(slots).toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

function slotsOf(lists: PostingLists, list: number): number[] {
  const bits = bitsFor(capacity);
  const slots: number[] = [];
  lists.uniteInto(list, bits);
  someBit(bits, (slot) => {
    slots.push(slot);
    return false;
  });
  return slots;
}
