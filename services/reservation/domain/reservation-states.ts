/**
 * What a reservation can be. A hold is in Redis only; from CLAIMED on there is a row in MariaDB.
 *
 * REFUNDED is the end for good. CONFIRMED, EXPIRED and a CANCELLED without anything to pay back can stay for ever, and
 * still answer to what may yet happen: a cancellation, a payment that lands late.
 */
export const states = ['HELD', 'CLAIMED', 'PAID', 'CONFIRMED', 'CANCELLED', 'REFUNDED', 'EXPIRED'] as const;
export type ReservationState = (typeof states)[number];

/** Where every reservation begins. */
export const firstState: ReservationState = 'HELD';

/** What happens to a reservation, in the order in which a buyer would meet it. */
export const happenings = {
  claimed: 'the units are claimed in MariaDB, before any money moves',
  released: 'the buyer lets go',
  expired: 'the time is over',
  payment_captured: 'the payment service has taken the money, in time or late',
  payment_declined: 'the payment service refuses this payment',
  payment_unknown: 'the payment service gives no answer; it is asked until it does',
  nothing_to_pay: 'the total is 0 won',
  confirmed: 'the units are written as sold to this reservation',
  seats_gone: 'a unit of it belongs to another by now, or its session is no longer sold',
  rescheduled: 'its session is moved to another hour, and the buyer may give everything back without a fee',
  ticket_reissued: 'a new code is made for a ticket, and the old ones admit nobody',
  ticket_cancelled: 'a ticket is given back, and others stay',
  cancelled: 'the last or all of the tickets are given back',
  show_cancelled: 'the organiser cancels the session',
  refund_settled: 'all that is due has been paid back',
} as const;
export type Happening = keyof typeof happenings;

/**
 * What becomes of the units: `held` in Redis; `kept` as they are; `sold`: they belong to this reservation afterwards, taken
 * again if they had been let go; `freed`: what it still has goes back on sale; `none`: it has none before and after.
 */
export type UnitsEffect = 'kept' | 'sold' | 'freed' | 'none';

/**
 * What becomes of the money: `captured` by the payment service; `refund due`: what the rules give back (all of it when the
 * show is cancelled or the seats are gone; nothing of what was free) is owed from now on; `refunded`: paid back.
 */
export type MoneyEffect = 'captured' | 'refund due' | 'refunded' | 'none';

/** Messages to the other services, written to the outbox in the transaction of the transition. */
export type Announcement =
  | 'reservation.confirmed'
  | 'reservation.cancelled'
  | 'reservation.refunded'
  | 'ticket.issued'
  | 'seats.released';

export interface Transition {
  readonly from: ReservationState;
  readonly on: Happening;
  readonly to: ReservationState;
  readonly units: UnitsEffect;
  readonly money: MoneyEffect;
  readonly announces: readonly Announcement[];
}

const calledOff = ['reservation.cancelled', 'seats.released'] as const;

/** All that can happen. What is not in here is refused; the page docs/reservation-states.md is drawn from it. */
export const transitions: readonly Transition[] = [
  { from: 'HELD', on: 'claimed', to: 'CLAIMED', units: 'kept', money: 'none', announces: [] },
  { from: 'HELD', on: 'seats_gone', to: 'EXPIRED', units: 'freed', money: 'none', announces: [] },
  { from: 'HELD', on: 'released', to: 'EXPIRED', units: 'freed', money: 'none', announces: [] },
  { from: 'HELD', on: 'expired', to: 'EXPIRED', units: 'freed', money: 'none', announces: [] },
  { from: 'HELD', on: 'show_cancelled', to: 'EXPIRED', units: 'freed', money: 'none', announces: [] },

  { from: 'CLAIMED', on: 'payment_captured', to: 'PAID', units: 'kept', money: 'captured', announces: [] },
  // Another card may work while the claim lasts.
  { from: 'CLAIMED', on: 'payment_declined', to: 'CLAIMED', units: 'kept', money: 'none', announces: [] },
  { from: 'CLAIMED', on: 'payment_unknown', to: 'CLAIMED', units: 'kept', money: 'none', announces: [] },
  {
    from: 'CLAIMED',
    on: 'nothing_to_pay',
    to: 'CONFIRMED',
    units: 'sold',
    money: 'none',
    announces: ['reservation.confirmed', 'ticket.issued'],
  },
  { from: 'CLAIMED', on: 'released', to: 'EXPIRED', units: 'freed', money: 'none', announces: ['seats.released'] },
  { from: 'CLAIMED', on: 'expired', to: 'EXPIRED', units: 'freed', money: 'none', announces: ['seats.released'] },
  {
    from: 'CLAIMED',
    on: 'show_cancelled',
    to: 'EXPIRED',
    units: 'freed',
    money: 'none',
    announces: ['seats.released'],
  },

  // The payment was on its way when the time ran out. First it is written down, then it is seen what can be done with it.
  { from: 'EXPIRED', on: 'payment_captured', to: 'PAID', units: 'none', money: 'captured', announces: [] },

  {
    from: 'PAID',
    on: 'confirmed',
    to: 'CONFIRMED',
    units: 'sold',
    money: 'none',
    announces: ['reservation.confirmed', 'ticket.issued'],
  },
  { from: 'PAID', on: 'seats_gone', to: 'CANCELLED', units: 'freed', money: 'refund due', announces: calledOff },
  { from: 'PAID', on: 'show_cancelled', to: 'CANCELLED', units: 'freed', money: 'refund due', announces: calledOff },

  { from: 'CONFIRMED', on: 'rescheduled', to: 'CONFIRMED', units: 'kept', money: 'none', announces: [] },
  { from: 'CONFIRMED', on: 'ticket_reissued', to: 'CONFIRMED', units: 'kept', money: 'none', announces: [] },
  // Frees the units of that ticket.
  {
    from: 'CONFIRMED',
    on: 'ticket_cancelled',
    to: 'CONFIRMED',
    units: 'freed',
    money: 'refund due',
    announces: calledOff,
  },
  {
    from: 'CONFIRMED',
    on: 'refund_settled',
    to: 'CONFIRMED',
    units: 'kept',
    money: 'refunded',
    announces: ['reservation.refunded'],
  },
  { from: 'CONFIRMED', on: 'cancelled', to: 'CANCELLED', units: 'freed', money: 'refund due', announces: calledOff },
  {
    from: 'CONFIRMED',
    on: 'show_cancelled',
    to: 'CANCELLED',
    units: 'freed',
    money: 'refund due',
    announces: calledOff,
  },

  {
    from: 'CANCELLED',
    on: 'refund_settled',
    to: 'REFUNDED',
    units: 'none',
    money: 'refunded',
    announces: ['reservation.refunded'],
  },
];

/** Why something cannot happen: it did already, nothing can any more, or not in this state. */
export type TransitionRefusal = 'repeated' | 'ended' | 'out_of_turn';

export type Transited =
  | { readonly ok: true; readonly next: ReservationState; readonly transition: Transition }
  | { readonly ok: false; readonly code: TransitionRefusal; readonly state: ReservationState; readonly on: Happening };

/** What becomes of a reservation when something happens to it. */
export function transition(state: ReservationState, on: Happening): Transited {
  const found = transitions.find((row) => row.from === state && row.on === on);
  if (found) return { ok: true, next: found.to, transition: found };
  return { ok: false, code: refusalOf(state, on), state, on };
}

function refusalOf(state: ReservationState, on: Happening): TransitionRefusal {
  if (transitions.some((row) => row.on === on && row.to === state)) return 'repeated';
  return transitions.some(({ from }) => from === state) ? 'out_of_turn' : 'ended';
}
