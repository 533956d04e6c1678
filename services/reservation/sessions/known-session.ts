import type { SellableSession } from '@ticketaka/performances/api';
import type { z } from 'zod';
import { type Layout, prepareLayout } from '../domain/best-available/index.ts';
import type { Grade } from '../domain/prices.ts';
import type { Label } from '../schemas/common.ts';
import { Labels } from './label.ts';

export type Document = z.output<typeof SellableSession>;
export type SeatMap = NonNullable<Document['map']>['map'];

type DocumentWindow = Document['session']['saleWindows'][number];

/** When a session is sold, and to whom. */
export interface SaleTimes {
  readonly kind: DocumentWindow['kind'];
  readonly opensAt: Date;
  /** From this instant on it is closed. */
  readonly closesAt: Date;
}

type Ranges = readonly (readonly [first: number, last: number])[];

/** A session that can be sold, made ready to be asked about units. */
export class KnownSession {
  readonly id: string;
  readonly document: Document;
  readonly startsAt: Date;
  readonly saleTimes: readonly SaleTimes[];
  readonly grades: readonly Grade[];
  readonly units: number;
  /** Of each unit the index of its grade, −1 where nothing is ever sold. */
  readonly gradeOf: Int16Array;
  readonly seatMap: SeatMap;
  readonly #labels: Labels;
  #layout: Layout | undefined;
  readonly #standing = new Map<number, Ranges | undefined>();

  /** @throws TypeError when the session has no seat map */
  constructor(document: Document) {
    const { session, map } = document;
    if (!map) throw new TypeError(`session ${session.id} has no seat map`);
    this.id = session.id;
    this.document = document;
    this.startsAt = new Date(session.startsAt);
    this.saleTimes = session.saleWindows.map(({ kind, opensAt, closesAt }) => ({
      kind,
      opensAt: new Date(opensAt),
      closesAt: new Date(closesAt),
    }));
    this.grades = map.grades;
    this.seatMap = map.map;
    this.#labels = new Labels(map.map);
    this.units = this.#labels.units;
    this.gradeOf = decodeRuns(map.gradeRuns, this.units);
  }

  get performance(): Document['performance'] {
    return this.document.performance;
  }

  grade(unit: number): Grade | undefined {
    return this.grades[this.gradeOf[unit] ?? -1];
  }

  /** @throws RangeError when there is no such unit */
  label(unit: number): Label {
    return this.#labels.of(unit);
  }

  /** For choosing the best seats. Made when it is first asked for: standing areas need none. */
  get layout(): Layout {
    this.#layout ??= prepareLayout(this.seatMap, this.document.map?.gradeRuns ?? []);
    return this.#layout;
  }

  /** First and last units of a grade that is sold in standing areas only, in which one place is as good as another. */
  standing(grade: number): Ranges | undefined {
    if (!this.#standing.has(grade)) this.#standing.set(grade, this.#findStanding(grade));
    return this.#standing.get(grade);
  }

  #findStanding(grade: number): Ranges | undefined {
    const ranges: [first: number, last: number][] = [];
    for (const [unit, of] of this.gradeOf.entries()) {
      if (of !== grade) continue;
      if (!this.#labels.isStanding(unit)) return undefined;
      const range = ranges.at(-1);
      if (range?.[1] === unit - 1) range[1] = unit;
      else ranges.push([unit, unit]);
    }
    return ranges.length > 0 && ranges.length <= 64 ? ranges : undefined;
  }

  /** Units that are never sold: pillars, technical places. */
  get blocked(): number[] {
    return Array.from(this.gradeOf.keys()).filter((unit) => (this.gradeOf[unit] ?? -1) < 0);
  }
}

function decodeRuns(runs: readonly number[], units: number): Int16Array {
  const grades = new Int16Array(units).fill(-1);
  let from = 0;
  for (let at = 0; at + 1 < runs.length; at += 2) {
    const to = from + (runs[at + 1] ?? 0);
    grades.fill(runs[at] ?? -1, from, to);
    from = to;
  }
  return grades;
}
