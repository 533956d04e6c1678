import type { SeatMapDocument } from '@ticketaka/performances/api';
import * as fc from 'fast-check';

/** A seat as the generator knows it; the code under test has to find out about rows and aisles by itself. */
export interface KnownSeat {
  readonly unit: number;
  readonly section: number;
  readonly row: number;
  /** From one end of the row to the other. */
  readonly place: number;
  /** Aisles between the start of the row and this seat. */
  readonly aisles: number;
  readonly x: number;
  readonly y: number;
  readonly kind: 'seat' | 'wheelchair' | 'companion';
  readonly blocked: boolean;
  readonly grade: number;
  readonly free: boolean;
}

export interface KnownPlace {
  readonly unit: number;
  readonly area: number;
  readonly grade: number;
  readonly free: boolean;
}

export interface House {
  readonly map: SeatMapDocument;
  readonly gradeRuns: readonly number[];
  readonly free: Uint32Array;
  readonly seats: readonly KnownSeat[];
  readonly places: readonly KnownPlace[];
}

const anySeat = fc.record({
  free: fc.integer({ min: 0, max: 9 }).map((dice) => dice < 7),
  kind: fc.constantFrom<KnownSeat['kind'][]>('seat', 'seat', 'seat', 'seat', 'wheelchair', 'companion'),
  blocked: fc.integer({ min: 0, max: 11 }).map((dice) => dice === 0),
});

const anyRow = fc.record({
  seats: fc.array(anySeat, { minLength: 3, maxLength: 8 }),
  /** Before which place there is an aisle, if any; seen as a wider gap, as skipped numbers, or both. */
  aisle: fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined }),
  seenAs: fc.constantFrom('gap', 'numbers', 'both'),
  shift: fc.integer({ min: -2, max: 2 }),
});

const anySection = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('seated' as const),
      rows: fc.array(anyRow, { minLength: 1, maxLength: 3 }),
      /** How the document lists the seats of a row, and whether rows run along y. */
      listed: fc.constantFrom('ascending', 'descending', 'odd first'),
      sideways: fc.boolean(),
      left: fc.integer({ min: -20, max: 20 }),
      front: fc.integer({ min: -3, max: 20 }),
      grade: fc.integer({ min: 0, max: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('standing' as const),
      free: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
      grade: fc.integer({ min: 0, max: 1 }),
    }),
  },
);
type SectionPlan = typeof anySection extends fc.Arbitrary<infer T> ? T : never;
type SeatedPlan = Extract<SectionPlan, { kind: 'seated' }>;

/** Small houses with aisles, blocked seats, wheelchair places, standing areas and two grades. */
export const anyHouse: fc.Arbitrary<House> = fc.array(anySection, { minLength: 1, maxLength: 3 }).map(build);

function build(plans: readonly SectionPlan[]): House {
  const seats: KnownSeat[] = [];
  const places: KnownPlace[] = [];
  const sections: SeatMapDocument['sections'] = [];
  let unit = 0;
  for (const [index, plan] of plans.entries()) {
    const name = `${index}`;
    if (plan.kind === 'standing') {
      sections.push({ kind: 'standing', name, capacity: plan.free.length });
      for (const free of plan.free) places.push({ unit: unit++, area: index, grade: plan.grade, free });
      continue;
    }
    const rows = plan.rows.map((_, row) => {
      const known = rowOf(plan, index, row);
      const listed = order(known, plan.listed).map((seat) => ({ ...seat, unit: unit++ }));
      seats.push(...listed);
      return { name: `${row}`, seats: listed.map(documented) };
    });
    sections.push({ kind: 'seated', name, rows });
  }
  const all = [...seats, ...places].toSorted((one, other) => one.unit - other.unit);
  const free = new Uint32Array((unit + 31) >>> 5);
  for (const each of all) if (each.free) free[each.unit >>> 5] = (free[each.unit >>> 5] ?? 0) | (1 << (each.unit & 31));
  const gradeRuns = all.flatMap((each) => ['blocked' in each && each.blocked ? -1 : each.grade, 1]);
  return { map: { sections }, gradeRuns, free, seats, places };
}

type Drawn = KnownSeat & { readonly number: number };

function rowOf({ rows, sideways, left, front, grade }: SeatedPlan, section: number, row: number): Drawn[] {
  const plan = rows[row];
  if (!plan) return [];
  const wide = plan.seenAs === 'numbers' ? 0 : 2;
  const skipped = plan.seenAs === 'gap' ? 0 : 3;
  return plan.seats.map((seat, place) => {
    const aisles = plan.aisle !== undefined && place >= plan.aisle ? 1 : 0;
    const along = left + plan.shift + place + aisles * wide;
    const [x, y] = sideways ? [left + row, front + along] : [along, front + row];
    return { ...seat, unit: 0, section, row, place, aisles, x, y, grade, number: place + 1 + aisles * skipped };
  });
}

function order(row: readonly Drawn[], listed: SeatedPlan['listed']): Drawn[] {
  if (listed === 'descending') return row.toReversed();
  if (listed === 'ascending') return [...row];
  return [...row.filter(({ place }) => place % 2 === 0), ...row.filter(({ place }) => place % 2 === 1)];
}

function documented({ number, x, y, kind, blocked }: Drawn) {
  return { number: `${number}`, x, y, ...(kind !== 'seat' && { kind }), ...(blocked && { blocked }) };
}
