import type { z } from 'zod';
import type { PriceGrade } from '../schemas/manage.ts';
import { encodeRuns } from '../schemas/run-length.ts';
import type { SeatMapDocument } from '../schemas/seat-map.ts';
import { unitsOf } from './seat-map.ts';

type Grade = z.output<typeof PriceGrade>;

/** What keeps the grades from giving each unit exactly one price. At least one of the lists is not empty. */
export interface PriceFaults {
  /** Units that can be sold and have no price. */
  readonly missing: readonly { readonly section: string; readonly row?: string; readonly units: number }[];
  /** Places that have more than one. */
  readonly doubled: readonly { readonly section: string; readonly row?: string; readonly grades: readonly string[] }[];
  /** Places that the seat map does not have. */
  readonly unknown: readonly { readonly grade: string; readonly section: string; readonly row?: string }[];
  /** Names that two grades have. */
  readonly sameName: readonly string[];
}

export interface PricedUnits {
  /** For each unit the index of its grade, −1 where blocked, run-length encoded. */
  readonly gradeRuns: readonly number[];
  /** Units by grade, in the order of the grades. */
  readonly units: readonly number[];
  /** Units that can be sold. */
  readonly capacity: number;
}

export type Pricing = { readonly priced: PricedUnits } | { readonly faults: PriceFaults };

/** The price of each unit. Blocked units have none, so a section that is blocked as a whole needs no grade. */
export function priceUnits(map: SeatMapDocument, grades: readonly Grade[]): Pricing {
  const cover = coverOf(grades);
  const missing = new Map<string, { section: string; row?: string; units: number }>();
  const doubled = new Map<string, { section: string; row?: string; grades: string[] }>();
  const units = grades.map(() => 0);
  const indexes: number[] = [];
  for (const { section, row, blocked } of unitsOf(map)) {
    const found = blocked ? [] : cover(section, row);
    const grade = found[0] ?? -1;
    indexes.push(grade);
    if (blocked) continue;
    if (grade !== -1) units[grade] = (units[grade] ?? 0) + 1;
    if (found.length === 1) continue;
    const where = { section, ...(row !== undefined && { row }) };
    const key = JSON.stringify([section, row]);
    if (grade === -1) missing.set(key, { ...where, units: (missing.get(key)?.units ?? 0) + 1 });
    else doubled.set(key, { ...where, grades: found.map((index) => grades[index]?.grade ?? '') });
  }
  const faults = {
    missing: [...missing.values()],
    doubled: [...doubled.values()],
    unknown: unknownPlaces(map, grades),
    sameName: sameNames(grades),
  };
  if (Object.values(faults).some((list) => list.length > 0)) return { faults };
  return {
    priced: { gradeRuns: encodeRuns(indexes), units, capacity: units.reduce((sum, count) => sum + count, 0) },
  };
}

/** Prices of a session that is listed and not sold here: they bind no places. */
export function priceWithoutMap(grades: readonly Grade[]): Pricing {
  const faults = { missing: [], doubled: [], unknown: unknownPlaces(undefined, grades), sameName: sameNames(grades) };
  if (faults.unknown.length > 0 || faults.sameName.length > 0) return { faults };
  return { priced: { gradeRuns: [], units: grades.map(() => 0), capacity: 0 } };
}

/** The indexes of the grades that name a place, each once. */
function coverOf(grades: readonly Grade[]): (section: string, row: string | undefined) => readonly number[] {
  const bySection = new Map<string, Set<number>>();
  const byRow = new Map<string, Set<number>>();
  for (const [index, { sections, rows }] of grades.entries()) {
    for (const section of sections) addTo(bySection, section, index);
    for (const { section, row } of rows) addTo(byRow, rowKey(section, row), index);
  }
  return (section, row) => {
    const ofSection = bySection.get(section) ?? none;
    const ofRow = row === undefined ? none : (byRow.get(rowKey(section, row)) ?? none);
    // A grade that names a section and a row of it names the row once.
    return [...new Set([...ofSection, ...ofRow])];
  };
}

const none: ReadonlySet<number> = new Set();

function addTo(map: Map<string, Set<number>>, key: string, index: number) {
  map.set(key, (map.get(key) ?? new Set()).add(index));
}

function rowKey(section: string, row: string) {
  return JSON.stringify([section, row]);
}

function unknownPlaces(map: SeatMapDocument | undefined, grades: readonly Grade[]) {
  const rowsOf = new Map(
    (map?.sections ?? []).map((section) => [
      section.name,
      new Set(section.kind === 'seated' ? section.rows.map(({ name }) => name) : []),
    ]),
  );
  return grades.flatMap(({ grade, sections, rows }) => [
    ...sections.filter((section) => !rowsOf.has(section)).map((section) => ({ grade, section })),
    ...rows.filter(({ section, row }) => !rowsOf.get(section)?.has(row)).map((place) => ({ grade, ...place })),
  ]);
}

function sameNames(grades: readonly Grade[]): string[] {
  const names = grades.map(({ grade }) => grade);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
