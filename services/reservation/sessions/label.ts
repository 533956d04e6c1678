import type { SeatMapDocument } from '@ticketaka/performances/api';
import type { Label } from '../schemas/common.ts';

type Section = SeatMapDocument['sections'][number];

/** Finds labels by unit, of which a map may have 100 000: they are made when they are asked for. */
export class Labels {
  readonly #sections: readonly { readonly from: number; readonly section: Section }[];
  readonly units: number;

  constructor({ sections }: SeatMapDocument) {
    let units = 0;
    this.#sections = sections.map((section) => {
      const from = units;
      units += section.kind === 'standing' ? section.capacity : count(section.rows);
      return { from, section };
    });
    this.units = units;
  }

  isStanding(unit: number): boolean {
    return this.#sections.findLast(({ from }) => from <= unit)?.section.kind === 'standing';
  }

  /** @throws RangeError when there is no such unit */
  of(unit: number): Label {
    const found = this.#sections.findLast(({ from }) => from <= unit);
    if (!found || unit >= this.units || unit < 0) throw new RangeError(`there is no unit ${unit}`);
    const { section, from } = found;
    const place = { section: section.name, ...(section.floor !== undefined && { floor: section.floor }) };
    if (section.kind === 'standing') return { ...place, number: String(unit - from + 1) };
    let left = unit - from;
    for (const row of section.rows) {
      const seat = row.seats[left];
      if (seat && left >= 0) return { ...place, row: row.name, number: seat.number };
      left -= row.seats.length;
    }
    throw new RangeError(`there is no unit ${unit}`);
  }
}

function count(rows: readonly { readonly seats: readonly unknown[] }[]): number {
  return rows.reduce((sum, { seats }) => sum + seats.length, 0);
}
