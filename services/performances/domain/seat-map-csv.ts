import type { Text } from '@ticketaka/platform/contract';
import { type Info, parse } from 'csv-parse/sync';
import type { SeatMapDocument } from '../schemas/seat-map.ts';
import { assemble, type Column, type CsvFault, type CsvLine, columns, type ReadCsv } from './seat-map-lines.ts';

const required: readonly Column[] = ['section', 'kind'];

/** Reads a seat map from CSV (RFC 4180, a heading, any order of columns). Every fault names its line. */
export function seatMapFromCsv(text: string): ReadCsv {
  const lines = readLines(text);
  return 'faults' in lines ? lines : assemble(lines.lines);
}

/** Writes a seat map as CSV that {@link seatMapFromCsv} reads as the same map. */
export function seatMapToCsv(map: SeatMapDocument): string {
  const lines = [columns.join(',')];
  const write = (fields: Partial<Record<Column, string | number | boolean>>) =>
    lines.push(columns.map((column) => field(fields[column] ?? '')).join(','));
  for (const { kind, name, floor = '', ...section } of map.sections) {
    const same = { section: name, kind, floor };
    if ('capacity' in section) {
      const outline = (section.outline ?? []).map(([x, y]) => `${x} ${y}`).join(';');
      write({ ...same, capacity: section.capacity, outline });
      continue;
    }
    for (const { name: row, seats } of section.rows) {
      for (const { kind: seatKind = '', blocked = '', ...seat } of seats) {
        write({ ...same, row, ...seat, seatKind, blocked });
      }
    }
  }
  // Excel takes a file for UTF-8 only when it begins with this mark.
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** A text that a spreadsheet would run as a formula, or that looks as if we had marked it as none. */
const formula = /^'*[=+\-@\t\r]/;

function field(value: string | number | boolean): string {
  const text = typeof value === 'string' && formula.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function unmarked(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith("'") && formula.test(trimmed) ? trimmed.slice(1) : trimmed;
}

function readLines(text: string): { lines: CsvLine[] } | { faults: CsvFault[] } {
  let heading: readonly string[] | undefined;
  let read: ReturnType<typeof fieldReader> | undefined;
  const lines: CsvLine[] = [];
  try {
    const options = { bom: true, relax_column_count: true, skip_records_with_empty_values: true } as const;
    // With `info` each record comes with where it was, which the types of the library do not say.
    const records = parse(text, { ...options, info: true }) as unknown as { record: string[]; info: Info }[];
    for (const { record, info } of records) {
      if (read) lines.push({ line: info.lines, fields: read(record) });
      else {
        heading = record.map((name) => name.trim());
        read = fieldReader(heading);
      }
    }
  } catch (error) {
    return { faults: [unreadable(error)] };
  }
  const missing = required.filter((name) => !heading?.includes(name));
  if (missing.length > 0) return { faults: [{ line: 1, message: withoutColumn(missing) }] };
  return { lines };
}

/** Knows where each column is in a record. */
function fieldReader(heading: readonly string[]): (record: readonly string[]) => Record<Column, string> {
  const places = columns.map((column) => [column, heading.indexOf(column)] as const);
  return (record) => {
    // Every column is set below.
    const fields = {} as Record<Column, string>;
    for (const [column, place] of places) fields[column] = unmarked(record[place] ?? '');
    return fields;
  };
}

function unreadable(error: unknown): CsvFault {
  const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
  return { line, message: { en: 'this is not CSV: a quote is not closed or not alone', ko: '올바른 CSV가 아닙니다' } };
}

function withoutColumn(missing: readonly string[]): Text {
  const names = missing.join(', ');
  return { en: `the heading lacks ${names}`, ko: `제목 줄에 ${names} 열이 없습니다` };
}
