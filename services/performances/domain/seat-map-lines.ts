import type { Text } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { Row, Seat, SeatedSection, type SeatMapDocument, StandingSection } from '../schemas/seat-map.ts';
import { faultsOf, type Place } from './seat-map.ts';

/** One place of a map for each line, in the order of the units. */
export const columns = [
  'section',
  'kind',
  'floor',
  'row',
  'number',
  'x',
  'y',
  'seatKind',
  'blocked',
  'capacity',
  'outline',
] as const;

export type Column = (typeof columns)[number];

export interface CsvFault {
  /** Counted from 1, the heading included. */
  readonly line: number;
  readonly message: Text;
}

/** A line by column; a column that the file does not have is empty. */
export interface CsvLine {
  readonly line: number;
  readonly fields: Readonly<Record<Column, string>>;
}

export type ReadCsv = { readonly map: SeatMapDocument } | { readonly faults: readonly CsvFault[] };

type Section = SeatMapDocument['sections'][number];
type Seated = Extract<Section, { kind: 'seated' }>;

const number = z.string().regex(/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i, 'is not a number');
const yes = ['true', 'yes', 'y', '1'];
const blocked = z
  .string()
  .toLowerCase()
  .pipe(z.enum([...yes, 'false', 'no', 'n', '0']))
  .transform((given) => yes.includes(given));
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((given) => (given === '' ? undefined : given), schema.optional());
const amount = number.transform(Number);

const shared = { section: SeatedSection.shape.name, floor: optional(z.string().max(16)) };
const seatLine = z.object({
  ...shared,
  kind: z.literal('seated'),
  row: Row.shape.name,
  number: Seat.shape.number,
  x: amount.pipe(Seat.shape.x),
  y: amount.pipe(Seat.shape.y),
  seatKind: optional(z.enum(['seat', 'wheelchair', 'companion'])),
  blocked: optional(blocked),
});
const standingLine = z.object({
  ...shared,
  kind: z.literal('standing'),
  capacity: amount.pipe(StandingSection.shape.capacity),
  outline: optional(
    z
      .string()
      .transform((points) => points.split(';').map((point) => point.trim().split(/\s+/).map(Number)))
      .pipe(StandingSection.shape.outline.unwrap()),
  ),
});
const anyLine = z.discriminatedUnion('kind', [seatLine, standingLine]);

/** Puts the lines of a CSV file together into a map, in their order. */
export function assemble(lines: readonly CsvLine[]): ReadCsv {
  const draft = new Draft();
  for (const line of lines) draft.add(line);
  return draft.finish();
}

class Draft {
  readonly #sections: Section[] = [];
  readonly #faults: CsvFault[] = [];
  /** The line of each place, by its indexes. */
  readonly #lines = new Map<string, number>();

  add({ line, fields }: CsvLine) {
    const read = anyLine.safeParse(fields);
    if (!read.success) {
      for (const issue of read.error.issues) {
        const why = `${issue.path.join('.')}: ${issue.message}`;
        this.#faults.push({ line, message: { en: why, ko: why } });
      }
      return;
    }
    if (read.data.kind === 'standing') this.#addStanding(line, read.data);
    else this.#addSeat(line, read.data);
  }

  finish(): ReadCsv {
    if (this.#sections.length === 0 && this.#faults.length === 0) {
      this.#faults.push({ line: 1, message: messages.empty });
    }
    const map = { sections: this.#sections };
    for (const { place, message } of this.#tooMany()) this.#faults.push({ line: this.#lineOf(place), message });
    // What is missing from a map whose lines could not all be read is not worth telling.
    if (this.#faults.length === 0) {
      for (const { place, message } of faultsOf(map)) this.#faults.push({ line: this.#lineOf(place), message });
    }
    return this.#faults.length === 0 ? { map } : { faults: this.#faults };
  }

  #addStanding(line: number, { section: name, kind, floor, capacity, outline }: z.output<typeof standingLine>) {
    this.#lines.set(keyOf({ section: this.#sections.length }), line);
    this.#sections.push({ kind, name, capacity, ...(floor !== undefined && { floor }), ...(outline && { outline }) });
  }

  #addSeat(line: number, { section: name, row: rowName, ...given }: z.output<typeof seatLine>) {
    const section = this.#seatedSection(line, name, given.floor);
    const place = { section: this.#sections.length - 1, row: section.rows.length - 1 };
    let row = section.rows.at(-1);
    if (row?.name !== rowName) {
      row = { name: rowName, seats: [] };
      place.row = section.rows.push(row) - 1;
      this.#lines.set(keyOf(place), line);
    }
    this.#lines.set(keyOf({ ...place, seat: row.seats.length }), line);
    row.seats.push({
      number: given.number,
      x: given.x,
      y: given.y,
      ...(given.seatKind !== undefined && { kind: given.seatKind }),
      ...(given.blocked !== undefined && { blocked: given.blocked }),
    });
  }

  /** The section that the last line was in, or a new one: places are numbered in the order of the lines. */
  #seatedSection(line: number, name: string, floor: string | undefined): Seated {
    const last = this.#sections.at(-1);
    if (last?.kind === 'seated' && last.name === name) {
      if (last.floor !== floor) this.#faults.push({ line, message: messages.floor });
      return last;
    }
    const section: Seated = { kind: 'seated', name, rows: [], ...(floor !== undefined && { floor }) };
    this.#lines.set(keyOf({ section: this.#sections.length }), line);
    this.#sections.push(section);
    return section;
  }

  *#tooMany(): Generator<{ place: Place; message: Text }> {
    if (this.#sections.length > 500) yield { place: { section: 500 }, message: messages.sections };
    for (const [section, { name: _, ...rest }] of this.#sections.entries()) {
      if (rest.kind === 'standing') continue;
      if (rest.rows.length > 500) yield { place: { section, row: 500 }, message: messages.rows };
      for (const [row, { seats }] of rest.rows.entries()) {
        if (seats.length > 500) yield { place: { section, row, seat: 500 }, message: messages.seats };
      }
    }
  }

  #lineOf(place: Place): number {
    return this.#lines.get(keyOf(place)) ?? 1;
  }
}

function keyOf({ section, row, seat }: Place): string {
  return [section, row, seat].filter((index) => index !== undefined).join('.');
}

const messages = {
  empty: { en: 'there is no place in it', ko: '좌석이 없습니다' },
  floor: { en: 'the lines before give this section another floor', ko: '같은 구역의 층이 앞줄과 다릅니다' },
  sections: { en: 'at most 500 sections are possible', ko: '구역은 최대 500개까지 가능합니다' },
  rows: { en: 'at most 500 rows are possible in a section', ko: '한 구역에 열은 최대 500개까지 가능합니다' },
  seats: { en: 'at most 500 seats are possible in a row', ko: '한 열에 좌석은 최대 500개까지 가능합니다' },
} as const satisfies Readonly<Record<string, Text>>;
