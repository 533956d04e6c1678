import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { prepareLayout } from '../domain/best-available/index.ts';
import { purposes } from '../domain/best-available/layout.ts';
import { anyHouse, type House } from '../domain/best-available/test/any-house.ts';
import { type Chosen, chooseOffers, mostPasses, savingMs, type WaitingEntry } from './choose.ts';

const now = new Date('2026-11-20T10:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);

const anyEntry = fc.record({
  grade: fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined }),
  quantity: fc.integer({ min: 1, max: 5 }),
  passes: fc.integer({ min: 0, max: mostPasses + 1 }),
  savingSince: fc.constantFrom(null, null, ago(savingMs / 2), ago(savingMs), ago(2 * savingMs)),
});
const anyQueue = fc
  .array(anyEntry, { maxLength: 12 })
  .map((entries) => entries.map((entry, at): WaitingEntry => ({ ...entry, id: `${at}` })));
const anyCase = fc.record({
  house: anyHouse,
  entries: anyQueue,
  back: fc.array(fc.nat({ max: 60 }), { maxLength: 20 }),
});
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

const isFree = ({ free }: House, unit: number) => (((free[unit >>> 5] ?? 0) >>> (unit & 31)) & 1) === 1;

function choose({ house, entries, back }: Case) {
  const layout = prepareLayout(house.map, house.gradeRuns);
  const open = (unit: number) =>
    isFree(house, unit) && (layout.gradeOf[unit] ?? -1) >= 0 && layout.purposeOf[unit] === purposes.ordinary;
  const all = Array.from(layout.gradeOf.keys()).filter(open);
  const returned = new Set(back.filter((unit) => isFree(house, unit)));
  const chosen = chooseOffers({ entries, layout, grades: 2, free: house.free, returned, now });
  return { layout, all, returned, chosen };
}

const wants = ({ grade }: WaitingEntry, of: number | undefined) => grade === undefined || grade === of;
const isSaving = ({ passes, savingSince }: WaitingEntry) =>
  passes >= mostPasses && (savingSince === null || now.getTime() - savingSince.getTime() < savingMs);
const unitsOf = ({ offers }: Chosen) => offers.flatMap(({ units }) => units);

describe('who is offered what', () => {
  it('is free, of one grade that they want, as many as they want, and nobody else', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { chosen, all, layout, returned } = choose(each);
        const given = [...unitsOf(chosen), ...chosen.saved];
        expect(new Set(given).size).toBe(given.length);
        for (const unit of given) expect(all).toContain(unit);
        for (const unit of chosen.saved) expect(returned).toContain(unit);
        for (const { entry, units } of chosen.offers) {
          expect(units).toHaveLength(entry.quantity);
          const grades = new Set(units.map((unit) => layout.gradeOf[unit]));
          expect(grades.size).toBe(1);
          expect(wants(entry, [...grades][0])).toBe(true);
        }
      }),
    );
  });

  it('goes by the order: at the turn of whoever is passed over there was not enough for them', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { chosen, all, layout } = choose(each);
        const left = new Set(all);
        for (const entry of each.entries) {
          const offer = chosen.offers.find((other) => other.entry === entry);
          for (const grade of [0, 1]) {
            if (offer || !wants(entry, grade)) continue;
            expect([...left].filter((unit) => layout.gradeOf[unit] === grade).length).toBeLessThan(entry.quantity);
          }
          for (const unit of offer?.units ?? []) left.delete(unit);
          // What is kept for one is gone for those behind.
          if (!offer && isSaving(entry))
            for (const unit of chosen.saved) if (wants(entry, layout.gradeOf[unit])) left.delete(unit);
        }
      }),
    );
  });

  it('keeps returned seats only for those who were passed over often, and not for longer than the time', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { chosen, layout } = choose(each);
        const saving = each.entries.filter(
          (entry) => isSaving(entry) && !chosen.offers.some((offer) => offer.entry === entry),
        );
        for (const unit of chosen.saved) expect(saving.some((entry) => wants(entry, layout.gradeOf[unit]))).toBe(true);
        const over = each.entries.filter(
          ({ savingSince }) => savingSince && now.getTime() - savingSince.getTime() >= savingMs,
        );
        const unserved = over.filter((entry) => !chosen.offers.some((offer) => offer.entry === entry));
        expect(chosen.ended).toEqual(unserved.map(({ id }) => id));
        for (const id of chosen.begun)
          expect(saving.find((entry) => entry.id === id)).toMatchObject({ savingSince: null });
      }),
    );
  });

  it('counts as passed who waits before for the same seats, but for whom they are kept', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { chosen, layout } = choose(each);
        for (const { entry, units, overtook } of chosen.offers) {
          const before = each.entries.slice(0, each.entries.indexOf(entry));
          const passed = before.filter(
            (other) =>
              !isSaving(other) &&
              !chosen.offers.some((offer) => offer.entry === other) &&
              wants(other, layout.gradeOf[units[0] ?? -1]),
          );
          expect(overtook).toEqual(passed.map(({ id }) => id));
        }
      }),
    );
  });
});

describe('a group among people who want one seat each', () => {
  const seats = Array.from({ length: 100 }, (_, x) => ({ number: `${x + 1}`, x, y: 1 }));
  const layout = prepareLayout({ sections: [{ kind: 'seated', name: 'A', rows: [{ name: '1', seats }] }] }, [0, 100]);

  it('is served although seats come back one by one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10 }), (quantity) => {
        let group: WaitingEntry = { id: 'group', grade: 0, quantity, passes: 0, savingSince: null };
        const kept = new Set<number>();
        for (let back = 0; back < mostPasses + quantity; back += 1) {
          const free = new Uint32Array(4);
          for (const unit of [...kept, back]) free[unit >>> 5] = (free[unit >>> 5] ?? 0) | (1 << (unit & 31));
          const single = { id: `${back}`, grade: undefined, quantity: 1, passes: 0, savingSince: null };
          const returned = new Set([...kept, back]);
          const chosen = chooseOffers({ entries: [group, single], layout, grades: 1, free, returned, now });
          if (chosen.offers.some(({ entry }) => entry.id === 'group')) {
            expect(back + 1).toBe(mostPasses + quantity);
            return;
          }
          for (const unit of chosen.saved) kept.add(unit);
          const passes = group.passes + chosen.offers.filter(({ overtook }) => overtook.includes('group')).length;
          group = { ...group, passes, savingSince: chosen.begun.includes('group') ? now : group.savingSince };
        }
        throw new Error('the group was never served');
      }),
    );
  });

  it('gives up what was kept for it after the time', () => {
    const group = { id: 'group', grade: 0, quantity: 3, passes: mostPasses, savingSince: ago(savingMs) };
    const single = { id: 'single', grade: undefined, quantity: 1, passes: 0, savingSince: null };
    const free = Uint32Array.of(0b11, 0, 0, 0);
    const chosen = chooseOffers({
      entries: [group, single],
      layout,
      grades: 1,
      free,
      returned: new Set([0, 1]),
      now,
    });
    expect(chosen).toMatchObject({ offers: [{ entry: single, overtook: ['group'] }], ended: ['group'], begun: [] });
    expect(chosen.saved.size).toBe(0);
  });
});
