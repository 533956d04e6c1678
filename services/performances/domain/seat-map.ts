import type { Text } from '@ticketaka/platform/contract';
import type { SeatMapDocument } from '../schemas/seat-map.ts';

export const maxUnits = 100_000;

/** Where in a document something is, by index. */
export interface Place {
  readonly section?: number;
  readonly row?: number;
  readonly seat?: number;
}

/** Something wrong with a seat map. */
export interface Fault {
  readonly place: Place;
  readonly message: Text;
}

export interface Unit {
  readonly section: string;
  /** Undefined in a standing area. */
  readonly row?: string;
  /** As it is printed on the ticket. */
  readonly number: string;
  readonly blocked: boolean;
}

/**
 * Every unit in the order of its number: the first is unit 0. The order is that of the document, which is what makes a
 * number mean the same place for as long as the map is published.
 */
export function* unitsOf(map: SeatMapDocument): Generator<Unit, void, undefined> {
  for (const section of map.sections) {
    if (section.kind === 'standing') {
      for (let number = 1; number <= section.capacity; number += 1) {
        yield { section: section.name, number: String(number), blocked: false };
      }
      continue;
    }
    for (const row of section.rows) {
      for (const seat of row.seats) {
        yield { section: section.name, row: row.name, number: seat.number, blocked: seat.blocked ?? false };
      }
    }
  }
}

export function sectionSummaries(map: SeatMapDocument) {
  return map.sections.map((section) => ({ name: section.name, kind: section.kind, units: unitsIn(section) }));
}

export function countUnits(map: SeatMapDocument): number {
  return map.sections.reduce((sum, section) => sum + unitsIn(section), 0);
}

function unitsIn(section: SeatMapDocument['sections'][number]): number {
  return section.kind === 'standing' ? section.capacity : section.rows.reduce((sum, row) => sum + row.seats.length, 0);
}

/** Everything that is wrong with the map as a whole; its parts were checked by their schema. Empty for a good one. */
export function faultsOf(map: SeatMapDocument): Fault[] {
  const faults: Fault[] = [];
  const units = countUnits(map);
  if (units > maxUnits) faults.push({ place: {}, message: tooMany(units) });
  const twice = seen();
  for (const [index, section] of map.sections.entries()) {
    if (twice(section.name)) faults.push({ place: { section: index }, message: messages.section });
    if (section.kind === 'seated') faults.push(...faultsOfSection(section.rows, index));
  }
  if (units <= maxUnits && !hasSeatToSell(map)) faults.push({ place: {}, message: messages.nothing });
  return faults;
}

function hasSeatToSell(map: SeatMapDocument): boolean {
  for (const { blocked } of unitsOf(map)) if (!blocked) return true;
  return false;
}

type Rows = Extract<SeatMapDocument['sections'][number], { kind: 'seated' }>['rows'];

function faultsOfSection(rows: Rows, section: number): Fault[] {
  const faults: Fault[] = [];
  const sameRow = seen();
  const samePosition = seen();
  for (const [row, { name, seats }] of rows.entries()) {
    if (sameRow(name)) faults.push({ place: { section, row }, message: messages.row });
    const sameNumber = seen();
    for (const [seat, { number, x, y }] of seats.entries()) {
      if (sameNumber(number)) faults.push({ place: { section, row, seat }, message: messages.seat });
      if (samePosition(`${x} ${y}`)) faults.push({ place: { section, row, seat }, message: messages.position });
    }
  }
  return faults;
}

/** Says whether a name came before. */
function seen(): (name: string) => boolean {
  const names = new Set<string>();
  return (name) => names.size === names.add(name).size;
}

const messages = {
  section: { en: 'another section has this name', ko: '같은 이름의 구역이 있습니다' },
  row: { en: 'another row of this section has this name', ko: '같은 구역에 같은 이름의 열이 있습니다' },
  seat: { en: 'another seat of this row has this number', ko: '같은 열에 같은 번호의 좌석이 있습니다' },
  position: { en: 'another seat of this section is at this position', ko: '같은 구역의 같은 위치에 좌석이 있습니다' },
  nothing: { en: 'every seat is blocked', ko: '판매할 수 있는 좌석이 없습니다' },
} as const satisfies Readonly<Record<string, Text>>;

function tooMany(units: number): Text {
  return {
    en: `the map has ${units} units, at most ${maxUnits} are possible`,
    ko: `좌석이 ${units}개입니다. 최대 ${maxUnits}개까지 가능합니다`,
  };
}
