/** A place in the map: x to the right, y away from the stage, in units of about one seat. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * What makes one choice worse than another, in whole hundredths of a seat's width, so that sums are exact and the same on
 * every machine. The large ones outweigh any sum of the small ones: coordinates reach 100 000 and a choice has at most
 * 100 units.
 */
export const weights = {
  /** For each row behind the first of its section. */
  row: 20,
  /** Behind the stage. */
  behind: 1e6,
  /** An aisle between two of the seats. */
  aisle: 600,
  /** A companion's place: the wheelchair places themselves come first. */
  companion: 500,
  /** Somebody of a group of three or more sits apart from the others. */
  alone: 2000,
  /** Per hundredth of a seat's width between the middles of the two parts of a group. */
  apart: 4,
  /** A standing place where the grade has seats too. */
  standing: 1e9,
  /** A single free seat that is left between taken ones, aisles or ends of a row. */
  single: 1e12,
  /** A further part of a group. */
  part: 1e13,
} as const;

interface PlacedSeat {
  readonly point: Point;
  /** Index in its section. */
  readonly row: number;
  readonly companion: boolean;
}

export function seatCost({ point, row, companion }: PlacedSeat, stage: Point): number {
  const behind = point.y < stage.y ? weights.behind : 0;
  return distance(point, stage) + row * weights.row + behind + (companion ? weights.companion : 0);
}

/** In whole hundredths of a seat's width. */
export function distance(one: Point, other: Point): number {
  return Math.round(Math.hypot(one.x - other.x, one.y - other.y) * 100);
}
