import type { SeatMapDocument } from '@ticketaka/performances/api';
import type { Label } from '../schemas/common.ts';

type Section = SeatMapDocument['sections'][number];
type Row = Extract<Section, { kind: 'seated' }>['rows'][number];

/** Units that are numbered one after the other: those of a row, or of a standing area. */
interface Run {
  readonly from: number;
  readonly section: Section;
  readonly row?: Row;
}

/** Finds labels by unit, of which a map may have 100 000: they are made when they are asked for. */
export class Labels {
  readonly #runs: readonly Run[];
  readonly units: number;

  constructor({ sections }: SeatMapDocument) {
    const runs: Run[] = [];
    let from = 0;
    for (const section of sections) {
      if (section.kind === 'standing') {
        runs.push({ from, section });
        from += section.capacity;
      } else {
        for (const row of section.rows) {
          runs.push({ from, section, row });
          from += row.seats.length;
        }
      }
    }
    this.#runs = runs;
    this.units = from;
  }

  isStanding(unit: number): boolean {
    return this.#runOf(unit)?.section.kind === 'standing';
  }

  /** @throws RangeError when there is no such unit */
  of(unit: number): Label {
    const run = this.#runOf(unit);
    if (!run || unit >= this.units || !Number.isInteger(unit)) throw new RangeError(`there is no unit ${unit}`);
    const { section, row, from } = run;
    const place = { section: section.name, ...(section.floor !== undefined && { floor: section.floor }) };
    const seat = row?.seats[unit - from];
    if (row && seat) return { ...place, row: row.name, number: seat.number };
    return { ...place, number: String(unit - from + 1) };
  }

  /** The last run that begins at the unit or before it. */
  #runOf(unit: number): Run | undefined {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle]?.from ?? Infinity) <= unit) low = middle + 1;
      else high = middle;
    }
    return this.#runs[low - 1];
  }
}
