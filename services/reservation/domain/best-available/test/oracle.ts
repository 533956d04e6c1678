import { weights } from '../cost.ts';
import type { House, KnownPlace, KnownSeat } from './any-house.ts';

/**
 * Chooses by looking at every set of so many open units: what is together and what it costs is worked out from the seats
 * of the set themselves, without rows in bits, sums kept or bounds.
 */
export interface Asked {
  readonly quantity: number;
  readonly grade: number;
  readonly accessible: boolean;
}

export interface Judged {
  readonly units: readonly number[];
  readonly cost: number;
}

type Open = KnownSeat | KnownPlace;

const isSeat = (open: Open): open is KnownSeat => 'row' in open;

export function openUnits({ seats, places }: House, { grade, accessible }: Asked): Open[] {
  const meant = ({ kind, blocked }: KnownSeat) => !blocked && (kind === 'seat') !== accessible;
  return [...seats.filter(meant), ...(accessible ? [] : places)]
    .filter((unit) => unit.free && unit.grade === grade)
    .toSorted((one, other) => one.unit - other.unit);
}

/** Every way to be together, and every way to sit in two parts; the best first. */
export function everyChoice(house: House, asked: Asked): { together: Judged[]; twoParts: Judged[] } {
  const open = openUnits(house, asked);
  const together: Judged[] = [];
  const twoParts: Judged[] = [];
  for (const set of subsets(open, asked.quantity)) {
    const units = set.map(({ unit }) => unit);
    const whole = costTogether(house, open, set);
    const split = costInTwo(house, open, set);
    if (whole !== undefined) together.push({ units, cost: whole });
    if (whole === undefined && split !== undefined) twoParts.push({ units, cost: split });
  }
  return { together: together.toSorted(better), twoParts: twoParts.toSorted(better) };
}

function better(one: Judged, other: Judged): number {
  if (one.cost !== other.cost) return one.cost - other.cost;
  const at = one.units.findIndex((unit, index) => unit !== other.units[index]);
  return at === -1 ? 0 : (one.units[at] ?? 0) - (other.units[at] ?? 0);
}

/** The first, then the first after it that has no unit of those before. */
export function apart(choices: readonly Judged[], count: number): Judged[] {
  const chosen: Judged[] = [];
  for (const choice of choices) {
    if (chosen.length < count && !chosen.some(({ units }) => units.some((unit) => choice.units.includes(unit)))) {
      chosen.push(choice);
    }
  }
  return chosen;
}

function* subsets<T>(items: readonly T[], size: number): Generator<T[]> {
  if (size === 0) yield [];
  else {
    for (const [index, item] of items.entries()) {
      for (const rest of subsets(items.slice(index + 1), size - 1)) yield [item, ...rest];
    }
  }
}

function sameRow(one: KnownSeat, other: KnownSeat): boolean {
  return one.section === other.section && one.row === other.row;
}

function adjoins(one: KnownSeat, other: KnownSeat): boolean {
  return sameRow(one, other) && one.aisles === other.aisles && Math.abs(one.place - other.place) === 1;
}

function costTogether(house: House, open: readonly Open[], set: readonly Open[]): number | undefined {
  const seats = set.filter(isSeat);
  const [first] = set;
  if (first && !isSeat(first)) {
    const oneArea = set.every((each) => !isSeat(each) && each.area === first.area);
    return oneArea ? set.length * weights.standing : undefined;
  }
  if (seats.length < set.length) return undefined;
  const places = seats.map(({ place }) => place).toSorted((one, other) => one - other);
  const [low = 0, high = 0] = [places[0], places.at(-1)];
  if (high - low !== set.length - 1 || !seats.every((seat) => seats[0] && sameRow(seat, seats[0]))) return undefined;
  return seatedCost(house, seats) + aislesWithin(seats) * weights.aisle + newSingles(open, seats) * weights.single;
}

function aislesWithin(seats: readonly KnownSeat[]): number {
  const before = seats.map(({ aisles }) => aisles);
  return Math.max(...before) - Math.min(...before);
}

function costInTwo(house: House, open: readonly Open[], set: readonly Open[]): number | undefined {
  const seats = set.filter(isSeat);
  const [one, other, ...more] = groups(seats);
  if (seats.length < set.length || !one?.[0] || !other?.[0] || more.length > 0) return undefined;
  const near = one[0].section === other[0].section && Math.abs(one[0].row - other[0].row) <= 1;
  if (!near || inOneBlock(open, one[0], other[0])) return undefined;
  // In one row it may still reach over an aisle; then each part has none within.
  const alone = set.length > 2 && (one.length === 1 || other.length === 1) ? weights.alone : 0;
  const apartBy = Math.round(
    Math.hypot(middle(one, 'x') - middle(other, 'x'), middle(one, 'y') - middle(other, 'y')) * 100,
  );
  return seatedCost(house, seats) + newSingles(open, seats) * weights.single + apartBy * weights.apart + alone;
}

function middle(seats: readonly KnownSeat[], axis: 'x' | 'y'): number {
  const inOrder = seats.toSorted((one, other) => one.place - other.place);
  return ((inOrder[0]?.[axis] ?? 0) + (inOrder.at(-1)?.[axis] ?? 0)) / 2;
}

/** Seats that are joined by adjoining ones. */
export function groups(seats: readonly KnownSeat[]): KnownSeat[][] {
  const found: KnownSeat[][] = [];
  for (const seat of seats) {
    const touching = found.filter((group) => group.some((each) => adjoins(each, seat)));
    for (const group of touching) found.splice(found.indexOf(group), 1);
    found.push([...touching.flat(), seat]);
  }
  return found;
}

function inOneBlock(open: readonly Open[], one: KnownSeat, other: KnownSeat): boolean {
  return groups(open.filter(isSeat)).some((group) => group.includes(one) && group.includes(other));
}

function seatedCost({ seats: all }: House, chosen: readonly KnownSeat[]): number {
  const xs = all.map(({ x }) => x);
  const stage = {
    x: (Math.min(...xs) + Math.max(...xs)) / 2,
    y: Math.max(0, Math.min(...all.map(({ y }) => y)) - 1),
  };
  return chosen.reduce((sum, { x, y, row, kind }) => {
    const far = Math.round(Math.hypot(x - stage.x, y - stage.y) * 100);
    const behind = y < stage.y ? weights.behind : 0;
    return sum + far + row * weights.row + behind + (kind === 'companion' ? weights.companion : 0);
  }, 0);
}

/** Open seats that have no open seat beside them any more, and had one before. */
function newSingles(open: readonly Open[], chosen: readonly KnownSeat[]): number {
  const before = open.filter(isSeat);
  const after = before.filter((seat) => !chosen.includes(seat));
  const isSingle = (seat: KnownSeat, among: readonly KnownSeat[]) => !among.some((each) => adjoins(each, seat));
  return after.filter((seat) => isSingle(seat, after) && !isSingle(seat, before)).length;
}

/** Sizes of the parts when the largest blocks are taken first, the largest part first. */
export function sizesByLargest(blocks: readonly number[], quantity: number): number[] {
  const sizes: number[] = [];
  let missing = quantity;
  for (const size of blocks.toSorted((one, other) => other - one)) {
    if (missing === 0) break;
    sizes.push(Math.min(size, missing));
    missing -= Math.min(size, missing);
  }
  return sizes;
}
