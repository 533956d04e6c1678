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

const number = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const yesAndNo = new Map([
  ...['true', 'yes', 'y', '1'].map((text) => [text, true] as const),
  ...['false', 'no', 'n', '0'].map((text) => [text, false] as const),
]);

/** What is not a number, or no yes or no, stays a text, which the schema refuses. */
const numberOf = (text: string) => (number.test(text) ? Number(text) : text);
const booleanOf = (text: string) => yesAndNo.get(text.toLowerCase()) ?? text;
const orNothing = (text: string) => (text === '' ? undefined : text);

const Kind = z.enum(['seated', 'standing']);

/** Names come again and again, line by line, and are checked once. */
function remembering<Schema extends z.ZodType>(schema: Schema) {
  const results = new Map<string, z.ZodSafeParseResult<z.output<Schema>>>();
  return (text: string) => {
    const known = results.get(text);
    if (known) return known;
    const result = schema.safeParse(orNothing(text));
    results.set(text, result);
    return result;
  };
}

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
  readonly #kindOf = remembering(Kind);
  readonly #sectionNameOf = remembering(SeatedSection.shape.name);
  readonly #floorOf = remembering(SeatedSection.shape.floor);
  readonly #rowNameOf = remembering(Row.shape.name);

  add({ line, fields }: CsvLine) {
    const kind = this.#read(line, 'kind', this.#kindOf(fields.kind));
    if (kind === 'standing') this.#addStanding(line, fields);
    if (kind === 'seated') this.#addSeat(line, fields);
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

  #addStanding(line: number, fields: CsvLine['fields']) {
    const section = this.#read(
      line,
      'section',
      StandingSection.safeParse({
        kind: 'standing',
        name: fields.section,
        ...(fields.floor !== '' && { floor: fields.floor }),
        capacity: numberOf(fields.capacity),
        ...(fields.outline !== '' && { outline: pointsOf(fields.outline) }),
      }),
    );
    if (!section) return;
    this.#lines.set(keyOf({ section: this.#sections.length }), line);
    this.#sections.push(section);
  }

  #addSeat(line: number, fields: CsvLine['fields']) {
    const sectionName = this.#read(line, 'section', this.#sectionNameOf(fields.section));
    const floor = this.#read(line, 'floor', this.#floorOf(fields.floor));
    const rowName = this.#read(line, 'row', this.#rowNameOf(fields.row));
    const seat = this.#read(
      line,
      'seat',
      Seat.safeParse({
        number: fields.number,
        x: numberOf(fields.x),
        y: numberOf(fields.y),
        ...(fields.seatKind !== '' && { kind: fields.seatKind }),
        ...(fields.blocked !== '' && { blocked: booleanOf(fields.blocked) }),
      }),
    );
    if (sectionName === undefined || rowName === undefined || !seat) return;
    const section = this.#seatedSection(line, sectionName, floor);
    const place = { section: this.#sections.length - 1, row: section.rows.length - 1 };
    let row = section.rows.at(-1);
    if (row?.name !== rowName) {
      row = { name: rowName, seats: [] };
      place.row = section.rows.push(row) - 1;
      this.#lines.set(keyOf(place), line);
    }
    this.#lines.set(keyOf({ ...place, seat: row.seats.length }), line);
    row.seats.push(seat);
  }

  /** What was read, or undefined and a fault for each reason against it. */
  // Reads as a sentence: on this line, this column, as this schema sees it.
  // oxlint-disable-next-line max-params
  #read<T>(line: number, column: string, result: z.ZodSafeParseResult<T>): T | undefined {
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) {
      const [field = column] = path.map(String);
      const why = `${columnOf.get(`${column}.${field}`) ?? field}: ${message}`;
      this.#faults.push({ line, message: { en: why, ko: why } });
    }
    return undefined;
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

/** Where a field of the schema has another name than its column. */
const columnOf = new Map([
  ['section.name', 'section'],
  ['seat.kind', 'seatKind'],
]);

/** `0 0;10 0;10 5` */
function pointsOf(text: string) {
  return text.split(';').map((point) => point.trim().split(/\s+/).map(numberOf));
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
