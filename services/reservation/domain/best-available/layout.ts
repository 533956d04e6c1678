import { decodeRuns, type SeatMapDocument } from '@ticketaka/performances/api';
import { type Point, seatCost } from './cost.ts';
import { aislesOf, inOrder, type Place } from './row-order.ts';

/** A row of seats by place: 0 at one of its ends. */
export interface RowLayout {
  /** Index of the section in the document, and of the row in the section. */
  readonly section: number;
  readonly row: number;
  /** Where its bits begin in a mask over the whole layout, in words of 32; bit p is place p. */
  readonly firstWord: number;
  readonly words: number;
  readonly units: Uint32Array;
  readonly points: readonly Point[];
  /** Cost of all places before p; one longer than the row. */
  readonly costBefore: Float64Array;
  /** Cost of its best place. */
  readonly least: number;
  /** Number of the stretch between aisles to which a place belongs: neighbours with the same number have none between. */
  readonly stretchOf: Uint16Array;
}

export interface StandingLayout {
  readonly firstUnit: number;
  readonly capacity: number;
}

/** Whom a unit may be given to when seats are chosen for a buyer. */
export const purposes = { nobody: 0, ordinary: 1, accessible: 2 } as const;

/** What choosing seats needs to know of a session. */
export interface Layout {
  /** Length of a mask over all rows, in words of 32 bits. */
  readonly words: number;
  /** Index of the grade by unit, −1 where blocked. */
  readonly gradeOf: Int16Array;
  /** One of {@link purposes} by unit. */
  readonly purposeOf: Uint8Array;
  /** In the order of the document. */
  readonly rows: readonly RowLayout[];
  /** The same, the row with the best place first. */
  readonly bestRows: readonly RowLayout[];
  readonly standing: readonly StandingLayout[];
}

/**
 * Made once for each session.
 * @param gradeRuns - index of the grade by unit, −1 where blocked, run-length encoded as in `SessionSeatMap`
 */
export function prepareLayout(map: SeatMapDocument, gradeRuns: readonly number[]): Layout {
  const gradeOf = Int16Array.from(decodeRuns(gradeRuns));
  const purposeOf = new Uint8Array(gradeOf.length).fill(purposes.ordinary);
  const stage = stageOf(map);
  const rows: RowLayout[] = [];
  const standing: StandingLayout[] = [];
  let unit = 0;
  let firstWord = 0;
  for (const [section, given] of map.sections.entries()) {
    if (given.kind === 'standing') {
      standing.push({ firstUnit: unit, capacity: given.capacity });
      unit += given.capacity;
      continue;
    }
    const places = given.rows.map(({ seats }) => inOrder(seats.map((seat) => ({ unit: unit++, seat }))));
    for (const place of places.flat()) purposeOf[place.unit] = purposeOfSeat(place);
    const aisles = aislesOf(places);
    for (const [row, inRow] of places.entries()) {
      const words = (inRow.length + 31) >>> 5;
      rows.push({ section, row, firstWord, words, ...measure(inRow, { row, stage, aisles: aisles[row] ?? [] }) });
      firstWord += words;
    }
  }
  const bestRows = rows.toSorted((one, other) => one.least - other.least);
  return { words: firstWord, gradeOf, purposeOf, rows, bestRows, standing };
}

function purposeOfSeat({ seat: { kind = 'seat', blocked } }: Place): number {
  if (blocked) return purposes.nobody;
  return kind === 'seat' ? purposes.ordinary : purposes.accessible;
}

/** In the middle of the house, at y = 0, or just in front of the first row where the map begins farther away. */
function stageOf(map: SeatMapDocument): Point {
  let [left, right, front] = [Infinity, -Infinity, Infinity];
  for (const section of map.sections) {
    for (const { x, y } of section.kind === 'seated' ? section.rows.flatMap(({ seats }) => seats) : []) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      front = Math.min(front, y);
    }
  }
  return { x: (left + right) / 2, y: Math.max(0, front - 1) };
}

interface Surroundings {
  readonly row: number;
  readonly stage: Point;
  /** Whether there is an aisle before a place, from the second one on. */
  readonly aisles: readonly boolean[];
}

function measure(places: readonly Place[], { row, stage, aisles }: Surroundings) {
  const costBefore = new Float64Array(places.length + 1);
  const stretchOf = new Uint16Array(places.length);
  let least = Infinity;
  for (const [place, { seat }] of places.entries()) {
    const cost = seatCost({ point: seat, row, companion: seat.kind === 'companion' }, stage);
    costBefore[place + 1] = (costBefore[place] ?? 0) + cost;
    least = Math.min(least, cost);
    if (place > 0) stretchOf[place] = (stretchOf[place - 1] ?? 0) + (aisles[place - 1] ? 1 : 0);
  }
  const units = Uint32Array.from(places, (place) => place.unit);
  return { units, points: places.map(({ seat: { x, y } }) => ({ x, y })), costBefore, least, stretchOf };
}
