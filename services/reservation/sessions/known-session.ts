import type { SellableSession } from '@ticketaka/performances/api';
import type { z } from 'zod';
import type { Label } from '../schemas/common.ts';
import { Labels } from './label.ts';

export type Document = z.output<typeof SellableSession>;
export type SeatMap = NonNullable<Document['map']>['map'];

/** A part of a seat map that is sold at one price. */
export interface Grade {
  readonly name: string;
  /** Won. */
  readonly price: number;
}

/** A session that can be sold, made ready to be asked about units. */
export class KnownSession {
  readonly id: string;
  readonly document: Document;
  readonly startsAt: Date;
  readonly grades: readonly Grade[];
  readonly units: number;
  /** Of each unit the index of its grade, −1 where nothing is ever sold. */
  readonly gradeOf: Int16Array;
  readonly seatMap: SeatMap;
  readonly #labels: Labels;

  /** @throws TypeError when the session has no seat map */
  constructor(document: Document) {
    const { session, map } = document;
    if (!map) throw new TypeError(`session ${session.id} has no seat map`);
    this.id = session.id;
    this.document = document;
    this.startsAt = new Date(session.startsAt);
    this.grades = map.grades.map(({ grade, price }) => ({ name: grade, price }));
    this.seatMap = map.map;
    this.#labels = new Labels(map.map);
    this.units = this.#labels.units;
    this.gradeOf = decodeRuns(map.gradeRuns, this.units);
  }

  get performance(): Document['performance'] {
    return this.document.performance;
  }

  get cancelled(): boolean {
    return this.document.session.cancelled || this.document.performance.cancelled;
  }

  isSellable(unit: number): boolean {
    return this.grade(unit) !== undefined;
  }

  grade(unit: number): Grade | undefined {
    return this.grades[this.gradeOf[unit] ?? -1];
  }

  /** @throws RangeError when there is no such unit */
  label(unit: number): Label {
    return this.#labels.of(unit);
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
