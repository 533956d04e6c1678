import { type Locale, type Problem, problem } from '@ticketaka/platform/http';
import type { Fault, Place } from '../domain/seat-map.ts';
import type { CsvFault } from '../domain/seat-map-lines.ts';
import { errors } from '../errors.ts';
import type { SeatMapDocument } from '../schemas/seat-map.ts';

/** A file with every line wrong is told the first ones; more help nobody. */
const told = 100;

interface MapFaults {
  readonly map: SeatMapDocument;
  readonly faults: readonly Fault[];
  readonly locale: Locale;
}

/** The problem that names section, row and seat of each fault. */
export function mapFaults({ map, faults, locale }: MapFaults): Problem {
  return invalid(
    faults.map(({ place, message }) => ({ ...names(map, place), message: message[locale] })),
    faults.length,
  );
}

/** The problem that names the line of each fault. */
export function csvFaults(faults: readonly CsvFault[], locale: Locale): Problem {
  return invalid(
    faults.map(({ line, message }) => ({ line, message: message[locale] })),
    faults.length,
  );
}

function invalid(list: readonly object[], total: number): Problem {
  return problem(errors, 'seat_map_invalid', { extensions: { errors: list.slice(0, told), total } });
}

function names(map: SeatMapDocument, place: Place) {
  const section = place.section === undefined ? undefined : map.sections[place.section];
  if (!section) return {};
  const row = section.kind === 'seated' && place.row !== undefined ? section.rows[place.row] : undefined;
  const seat = place.seat === undefined ? undefined : row?.seats[place.seat];
  return { section: section.name, ...(row && { row: row.name }), ...(seat && { seat: seat.number }) };
}
