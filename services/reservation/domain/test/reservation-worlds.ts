import type { Happening, ReservationState, Transition } from '../reservation-states.ts';

/** A reservation and all that is true of its seats and its money. */
export interface World {
  readonly state: ReservationState;
  /** Tickets that were neither given back nor lost. */
  readonly tickets: number;
  readonly price: number;
  /** Seats that nobody else can have. */
  readonly seats: number;
  readonly captured: number;
  readonly due: number;
  readonly refunded: number;
  /** Tries to pay that came to nothing so far. */
  readonly tries: number;
  readonly showCancelled: boolean;
}

/** What is kept of each ticket that a buyer gives back. */
const keptFee = 1;
const mostTries = 2;

export function begin(tickets: number, price: number): World {
  return {
    state: 'HELD',
    tickets,
    price,
    seats: tickets,
    captured: 0,
    due: 0,
    refunded: 0,
    tries: 0,
    showCancelled: false,
  };
}

/** Whether the world around a reservation can do that to it. */
function canHappen(world: World, on: Happening): boolean {
  switch (on) {
    case 'payment_captured':
      return world.price > 0 && world.captured === 0;
    case 'payment_declined':
    case 'payment_unknown':
      return world.price > 0 && world.tries < mostTries;
    case 'ticket_reissued':
    case 'rescheduled':
      return world.tries < mostTries;
    case 'nothing_to_pay':
      return world.price === 0;
    case 'confirmed':
      return !world.showCancelled;
    case 'ticket_cancelled':
      return world.tickets > 1;
    case 'refund_settled':
      return world.due > 0;
    default:
      return true;
  }
}

/** Every world that can come next, by what happened. */
export function nextWorlds(table: readonly Transition[], world: World): [Happening, World][] {
  return table
    .filter(({ from, on }) => from === world.state && canHappen(world, on))
    .map((row) => [row.on, after(world, row)]);
}

/** What may happen any number of times, and changes nothing. */
const tries: ReadonlySet<Happening> = new Set([
  'payment_declined',
  'payment_unknown',
  'ticket_reissued',
  'rescheduled',
]);
const isTry = (on: Happening) => tries.has(on);

function after(world: World, { on, to, units, money }: Transition): World {
  const gone = on === 'ticket_cancelled' ? 1 : world.tickets;
  const kept = on === 'cancelled' || on === 'ticket_cancelled' ? keptFee : 0;
  const owed = money === 'refund due' && world.price > 0 ? gone * (world.price - kept) : 0;
  const settled = money === 'refunded' ? world.due : 0;
  const tickets = money === 'refund due' ? world.tickets - gone : world.tickets;
  return {
    ...world,
    state: to,
    tickets,
    seats: seatsAfter(world, units, gone),
    captured: money === 'captured' ? world.tickets * world.price : world.captured,
    due: world.due + owed - settled,
    refunded: world.refunded + settled,
    tries: world.tries + (isTry(on) ? 1 : 0),
    showCancelled: world.showCancelled || on === 'show_cancelled',
  };
}

function seatsAfter({ seats, tickets }: World, units: Transition['units'], gone: number): number {
  if (units === 'sold') return tickets;
  return units === 'freed' ? Math.max(0, seats - gone) : seats;
}

/** Whether it can stay so for ever: nobody is waited for, and nothing is owed. */
export function rests({ state, due }: World): boolean {
  return due === 0 && ['CONFIRMED', 'EXPIRED', 'CANCELLED', 'REFUNDED'].includes(state);
}

/** What must never be. */
function faultsIn(world: World): string[] {
  const { state, seats, tickets, captured, due, refunded } = world;
  const faults: string[] = [];
  if (seats > 0 && !['HELD', 'CLAIMED', 'PAID', 'CONFIRMED'].includes(state))
    faults.push('seats without a reservation');
  if (state === 'CONFIRMED' && seats !== tickets) faults.push('tickets without seats');
  if (state === 'CONFIRMED' && captured - due - refunded < tickets * world.price) faults.push('seats without money');
  if (due + refunded > captured) faults.push('more paid back than was taken');
  if (rests(world) && captured > 0 && seats === 0 && state !== 'REFUNDED') faults.push('money without seats');
  if (state === 'REFUNDED' && (due > 0 || refunded === 0)) faults.push('refunded without a refund');
  return faults;
}

/** Goes every way from a world. Answers what goes wrong, each way with its happenings; empty when nothing does. */
export function faultsFrom(table: readonly Transition[], first: World): string[] {
  const faults: string[] = [];
  const finished = new Set<string>();
  const visit = (world: World, way: readonly Happening[], open: ReadonlySet<string>) => {
    const key = JSON.stringify(world);
    if (open.has(key)) faults.push(`never ends: ${way.join(', ')}`);
    if (open.has(key) || finished.has(key)) return;
    const wrong = faultsIn(world);
    faults.push(...wrong.map((fault) => `${fault}: ${way.join(', ')}`));
    if (wrong.length > 0) return;
    const next = nextWorlds(table, world);
    if (next.length === 0 && !rests(world)) faults.push(`stuck in ${world.state}: ${way.join(', ')}`);
    for (const [on, following] of next) visit(following, [...way, on], new Set(open).add(key));
    finished.add(key);
  };
  visit(first, [], new Set());
  return faults;
}
