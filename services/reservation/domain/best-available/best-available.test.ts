import { describe, expect, it } from '@jest/globals';
import type { SeatMapDocument } from '@ticketaka/performances/api';
import * as fc from 'fast-check';
import { bestAvailable, prepareLayout } from './index.ts';
import { anyHouse, type House, type KnownSeat } from './test/any-house.ts';
import { type Asked, apart, everyChoice, groups, openUnits, sizesByLargest } from './test/oracle.ts';

const k = 4;
const anyAsked: fc.Arbitrary<Asked> = fc.record({
  quantity: fc.integer({ min: 1, max: 5 }),
  grade: fc.integer({ min: 0, max: 1 }),
  accessible: fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0),
});

function choose({ map, gradeRuns, free }: House, asked: Asked) {
  return bestAvailable({ layout: prepareLayout(map, gradeRuns), free, k, ...asked });
}

/** One section; `.` is a free seat, `#` a taken one, a space an aisle, `w` a free wheelchair place, `x` a pillar. */
function drawBest(rows: readonly string[], quantity: number, more: { readonly accessible?: boolean } = {}) {
  const kept: string[] = [];
  const drawn = rows.map((row, y) => ({
    name: `${y}`,
    seats: Array.from(row).flatMap((mark, x) => {
      if (mark === ' ') return [];
      kept.push(mark);
      const kind = mark === 'w' ? ({ kind: 'wheelchair' } as const) : {};
      return { number: `${x + 1}`, x, y: y + 1, ...kind, ...(mark === 'x' && { blocked: true }) };
    }),
  }));
  const map: SeatMapDocument = { sections: [{ kind: 'seated', name: 'A', rows: drawn }] };
  const free = new Uint32Array(Math.ceil(kept.length / 32));
  for (const [unit, mark] of kept.entries()) {
    if ('.w'.includes(mark)) free[unit >>> 5] = (free[unit >>> 5] ?? 0) | (1 << (unit & 31));
  }
  const layout = prepareLayout(
    map,
    kept.flatMap((mark) => [mark === 'x' ? -1 : 0, 1]),
  );
  const [best] = bestAvailable({ layout, free, quantity, grade: 0, k: 1, ...more });
  return { fit: best?.fit, drawn: best && drawInto(rows, kept, best.units) };
}

function drawInto(rows: readonly string[], kept: readonly string[], units: readonly number[]): string[] {
  const marks = kept.map((mark, unit) => (units.includes(unit) ? 'o' : mark));
  let unit = 0;
  return rows.map((row) => Array.from(row, (mark) => (mark === ' ' ? mark : marks[unit++])).join(''));
}

describe('the best seats', () => {
  it.each<[string, string[], number, string[] | undefined]>([
    ['are in the middle', ['.......'], 3, ['..ooo..']],
    ['are in front', ['.......', '.......'], 3, ['..ooo..', '.......']],
    ['leave no single seat where there is another way', ['.....'], 3, ['ooo..']],
    ['leave a single seat where there is no other way', ['#...#'], 2, ['#oo.#']],
    ['fill a gap rather than leave one', ['##..##...'], 2, ['##oo##...']],
    ['are on one side of an aisle', ['.... ....'], 2, ['..oo ....']],
    ['are rather across an aisle than in two rows', ['#.. ..#', '#.. ..#'], 3, ['#oo o.#', '#.. ..#']],
    ['are one behind the other when they cannot be side by side', ['..#..', '..#..'], 4, ['oo#..', 'oo#..']],
    ['leave nobody of a group alone', ['.....', '.....'], 6, ['ooo..', 'ooo..']],
    ['are in the largest parts of a section', ['.#...', '#####', '..#..'], 7, ['.#ooo', '#####', 'oo#oo']],
    ['are on no pillar', ['..x..'], 3, ['ooxo.']],
    ['are no wheelchair places', ['..w..'], 3, ['oowo.']],
    ['are none when there are not enough', ['..#..'], 5, undefined],
  ])('%s', (_, rows, quantity, expected) => {
    expect(drawBest(rows, quantity).drawn).toEqual(expected);
  });

  it('are wheelchair places when these are asked for', () => {
    expect(drawBest(['..ww..'], 1, { accessible: true }).drawn).toEqual(['..ow..']);
  });
});

describe('in any house', () => {
  const few = (house: House, asked: Asked) => openUnits(house, asked).length <= 14;

  it('the candidates are those that looking at every set finds', () => {
    const seen = { together: 0, 'two parts': 0, neither: 0 };
    fc.assert(
      fc.property(anyHouse, anyAsked, (house, asked) => {
        fc.pre(few(house, asked));
        const { together, twoParts } = everyChoice(house, asked);
        const candidates = choose(house, asked);
        const plain = candidates.map(({ cost, units }) => ({ cost, units }));
        if (together.length > 0) {
          seen.together += 1;
          expect(plain).toEqual(apart(together, k));
        } else if (twoParts.length > 0) {
          seen['two parts'] += 1;
          expect(candidates[0]?.fit).toBe('two parts');
          expect(plain[0]).toEqual(twoParts[0]);
          for (const each of plain) expect(twoParts).toContainEqual(each);
        } else {
          seen.neither += 1;
          expect(candidates.every(({ fit }) => fit === 'one section' || fit === 'scattered')).toBe(true);
        }
      }),
      { numRuns: 1500 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
  });

  it('every candidate has so many open units of the grade, and no two have one in common', () => {
    fc.assert(
      fc.property(anyHouse, anyAsked, (house, asked) => {
        const open = openUnits(house, asked).map(({ unit }) => unit);
        const candidates = choose(house, asked);
        const given = candidates.flatMap(({ units }) => units);
        expect(candidates.length > 0).toBe(open.length >= asked.quantity);
        expect(candidates.length).toBeLessThanOrEqual(k);
        for (const { units } of candidates) {
          expect(units).toHaveLength(asked.quantity);
          expect(units).toEqual(units.toSorted((one, other) => one - other));
        }
        expect(new Set(given).size).toBe(given.length);
        expect(given.filter((unit) => !open.includes(unit))).toEqual([]);
        const costs = candidates.map(({ cost }) => cost);
        expect(costs).toEqual(costs.toSorted((one, other) => one - other));
      }),
      { numRuns: 500 },
    );
  });

  it('what does not fit into two parts is taken from the largest blocks', () => {
    fc.assert(
      fc.property(anyHouse, fc.integer({ min: 3, max: 12 }), (house, quantity) => {
        const asked = { quantity, grade: 0, accessible: false };
        const [best] = choose(house, asked);
        if (best?.fit !== 'one section' && best?.fit !== 'scattered') return;
        const seats = house.seats.filter(({ unit }) => openUnits(house, asked).some((open) => open.unit === unit));
        const chosen = seats.filter(({ unit }) => best.units.includes(unit));
        const sections = Map.groupBy(seats, ({ section }) => section);
        const enough = [...sections.values()].filter((section) => section.length >= quantity);
        expect(best.fit === 'one section').toBe(enough.length > 0);
        if (best.fit !== 'one section') return;
        const wanted = enough.map((section) => sizesByLargest(sizes(section), quantity));
        const fewest = Math.min(...wanted.map((parts) => parts.length));
        expect(wanted.filter((parts) => parts.length === fewest)).toContainEqual(
          sizesByLargest(sizes(chosen), quantity),
        );
        expect(new Set(chosen.map(({ section }) => section)).size).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  it('the same question has the same answer', () => {
    fc.assert(
      fc.property(anyHouse, anyAsked, (house, asked) => {
        expect(choose(house, asked)).toEqual(choose(structuredClone(house), asked));
      }),
      { numRuns: 100 },
    );
  });

  function sizes(seats: readonly KnownSeat[]): number[] {
    return groups(seats).map((group) => group.length);
  }
});

describe('in a long row', () => {
  const anyLength = fc.integer({ min: 0, max: 70 });

  it('seats are found over the ends of words', () => {
    fc.assert(
      fc.property(anyLength, anyLength, anyLength, (before, more, after) => {
        const quantity = more + 1;
        const row = (mark: string) => ['#'.repeat(before), mark.repeat(quantity), '#'.repeat(after)].join('');
        expect(drawBest([row('.')], quantity)).toEqual({ fit: 'together', drawn: [row('o')] });
        expect(drawBest([row('.')], quantity + 1).drawn).toBeUndefined();
      }),
    );
  });
});

describe('in a standing area', () => {
  it('the lowest numbers are given, then the next', () => {
    const map: SeatMapDocument = { sections: [{ kind: 'standing', name: 'A', capacity: 10 }] };
    const free = new Uint32Array([0b11_1110_1110]);
    const given = bestAvailable({ layout: prepareLayout(map, [0, 10]), free, quantity: 3, grade: 0, k: 8 });
    expect(given.map(({ units }) => units)).toEqual([
      [1, 2, 3],
      [5, 6, 7],
    ]);
  });

  it('they come from two areas when one has too few', () => {
    const area = (name: string) => ({ kind: 'standing' as const, name, capacity: 2 });
    const layout = prepareLayout({ sections: [area('A'), area('B')] }, [0, 4]);
    const given = bestAvailable({ layout, free: new Uint32Array([0b1110]), quantity: 3, grade: 0, k: 8 });
    expect(given).toMatchObject([{ fit: 'scattered', units: [1, 2, 3] }]);
  });
});
