import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  firstState,
  type Happening,
  happenings,
  type ReservationState,
  states,
  type Transition,
  transition,
  transitions,
} from './reservation-states.ts';
import { begin, faultsFrom, nextWorlds, rests, type World } from './test/reservation-worlds.ts';

// Object.keys knows no more than that they are strings.
const everyHappening = Object.keys(happenings) as Happening[];
const worlds = [begin(1, 0), begin(3, 0), begin(1, 10), begin(3, 10)];

function pathOf(...steps: readonly Happening[]): ReservationState[] {
  let state = firstState;
  return steps.map((on) => {
    const done = transition(state, on);
    if (!done.ok) throw new Error(`${on} is refused in ${state}`);
    state = done.next;
    return state;
  });
}

describe('the states of a reservation', () => {
  it.each([
    ['is paid for', ['claimed', 'payment_captured', 'confirmed'], 'CLAIMED PAID CONFIRMED'],
    ['is free', ['claimed', 'nothing_to_pay'], 'CLAIMED CONFIRMED'],
    ['runs out', ['expired'], 'EXPIRED'],
    ['is paid for with another card', ['claimed', 'payment_declined', 'payment_captured'], 'CLAIMED CLAIMED PAID'],
    ['is paid for, which is known later', ['claimed', 'payment_unknown', 'payment_captured'], 'CLAIMED CLAIMED PAID'],
    [
      'is paid for too late and claimed again',
      ['claimed', 'expired', 'payment_captured', 'confirmed'],
      'CLAIMED EXPIRED PAID CONFIRMED',
    ],
    [
      'is paid for too late, the seats are gone',
      ['claimed', 'expired', 'payment_captured', 'seats_gone', 'refund_settled'],
      'CLAIMED EXPIRED PAID CANCELLED REFUNDED',
    ],
    [
      'is given back ticket by ticket',
      ['claimed', 'payment_captured', 'confirmed', 'ticket_cancelled', 'refund_settled', 'cancelled', 'refund_settled'],
      'CLAIMED PAID CONFIRMED CONFIRMED CONFIRMED CANCELLED REFUNDED',
    ],
    [
      'is of a show that is cancelled',
      ['claimed', 'payment_captured', 'confirmed', 'show_cancelled', 'refund_settled'],
      'CLAIMED PAID CONFIRMED CANCELLED REFUNDED',
    ],
  ] as const)('of one that %s', (_, steps, expected) => {
    expect(pathOf(...steps).join(' ')).toBe(expected);
  });

  it('follow from a state and what happens in one way only', () => {
    const keys = transitions.map(({ from, on }) => `${from} ${on}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are all reached, and all that can happen does', () => {
    expect(new Set([firstState, ...transitions.map(({ to }) => to)])).toEqual(new Set(states));
    expect(new Set(transitions.map(({ on }) => on))).toEqual(new Set(everyHappening));
  });

  it('end in REFUNDED and nowhere else', () => {
    expect(states.filter((state) => transitions.every(({ from }) => from !== state))).toEqual(['REFUNDED']);
  });

  it('tell the others of every seat and every won that changes hands', () => {
    for (const { from, units, money, announces } of transitions) {
      expect(announces.includes('seats.released')).toBe(units === 'freed' && from !== 'HELD');
      expect(announces.includes('reservation.confirmed')).toBe(units === 'sold');
      expect(announces.includes('ticket.issued')).toBe(units === 'sold');
      expect(announces.includes('reservation.cancelled')).toBe(money === 'refund due');
      expect(announces.includes('reservation.refunded')).toBe(money === 'refunded');
    }
  });

  it('say why something cannot happen', () => {
    expect(transition('HELD', 'payment_captured')).toEqual({
      ok: false,
      code: 'out_of_turn',
      state: 'HELD',
      on: 'payment_captured',
    });
    expect(transition('PAID', 'payment_captured')).toMatchObject({ code: 'repeated' });
    expect(transition('CANCELLED', 'cancelled')).toMatchObject({ code: 'repeated' });
    expect(transition('REFUNDED', 'refund_settled')).toMatchObject({ code: 'repeated' });
    expect(transition('REFUNDED', 'confirmed')).toMatchObject({ code: 'ended' });
  });

  it('are left by what the table has, and by nothing else, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...everyHappening), { maxLength: 30 }), (all) => {
        let state = firstState;
        let seats = true;
        for (const on of all) {
          const done = transition(state, on);
          expect(done.ok).toBe(transitions.some((row) => row.from === state && row.on === on));
          if (!done.ok) continue;
          expect(state).not.toBe('REFUNDED');
          state = done.next;
          const { units } = done.transition;
          if (units === 'sold') seats = true;
          // Of a ticket only its own seats go.
          if (units === 'freed' && on !== 'ticket_cancelled') seats = false;
          if (state === 'CONFIRMED' || state === 'CLAIMED') expect(seats).toBe(true);
          if (['EXPIRED', 'CANCELLED', 'REFUNDED'].includes(state)) expect(seats).toBe(false);
        }
      }),
    );
  });
});

describe('on every way that a reservation can go', () => {
  it.each(worlds)('$tickets tickets of $price won: seats and money agree, and it ends', (first) => {
    expect(faultsFrom(transitions, first)).toEqual([]);
  });

  it('it comes to rest, however the world plays', () => {
    fc.assert(
      fc.property(fc.constantFrom(...worlds), fc.infiniteStream(fc.nat()), (first, dice) => {
        let world: World = first;
        for (let steps = 0; steps < 40; steps += 1) {
          const next = nextWorlds(transitions, world);
          if (next.length === 0) break;
          const [, chosen] = next[(dice.next().value ?? 0) % next.length] ?? [];
          world = chosen ?? world;
        }
        expect(rests(world)).toBe(true);
        if (world.captured > 0 && world.seats === 0) expect(world.state).toBe('REFUNDED');
      }),
    );
  });

  // The walk would see it: each table is wrong in one row.
  it.each<[string, Partial<Transition>, Partial<Transition>]>([
    ['money without seats', { from: 'PAID', on: 'seats_gone' }, { money: 'none' }],
    ['seats without a reservation', { from: 'CLAIMED', on: 'expired' }, { units: 'kept' }],
    ['seats without a reservation', { from: 'CONFIRMED', on: 'cancelled' }, { units: 'kept' }],
    ['tickets without seats', { from: 'PAID', on: 'confirmed' }, { units: 'kept' }],
    ['seats without money', { from: 'CLAIMED', on: 'payment_declined' }, { to: 'CONFIRMED' }],
    ['never ends', { from: 'EXPIRED', on: 'payment_captured' }, { money: 'none', on: 'expired', to: 'EXPIRED' }],
    ['stuck in CANCELLED', { from: 'CANCELLED', on: 'refund_settled' }, { from: 'EXPIRED' }],
  ])('a table is caught that has %s in %j', (fault, where, wrong) => {
    const broken = transitions.map((row) =>
      row.from === where.from && row.on === where.on ? { ...row, ...wrong } : row,
    );
    expect(faultsFrom(broken, begin(2, 10)).join('\n')).toContain(fault);
  });
});
