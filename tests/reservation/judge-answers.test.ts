import { describe, it } from '@jest/globals';
import {
  at,
  attempt,
  done,
  type Fault,
  finds,
  good,
  hanaTold,
  jinTold,
  withHistory,
  withReservation,
} from './judged-sale.ts';

describe('the judge of answers', () => {
  it.each<Fault>([
    [
      'a failure while nothing was away',
      withHistory(at(30_000, attempt('book', 'sol', { kind: 'refused', status: 500, code: 'internal_error' }))),
      /^book of sol-member failed while nothing was away, 10 seconds after an outage: 500 internal_error/,
    ],
    [
      'a confirmation without a row',
      withHistory(attempt('book', 'min', done({ ...jinTold, reservationId: 'min', units: [2] }))),
      /^reservation min was confirmed to its buyer, and is not there/,
    ],
    ['a confirmation of another member', withReservation('jin', { memberId: 'min' }), /who is not its buyer/],
    [
      'a confirmation that is lost',
      withReservation('jin', { state: 'CANCELLED' }),
      /jin was confirmed, nobody gave it back, and it is CANCELLED/,
    ],
    [
      'a sale of what is called off',
      { ...good, sessions: good.sessions.map((session) => ({ ...session, calledOff: true })) },
      /^reservation jin of what is called off is CONFIRMED$/,
    ],
    [
      'another price than was told',
      withHistory(attempt('book', 'jin', done({ ...jinTold, total: 1 }))),
      /told to cost 1, and costs 104000/,
    ],
    [
      'other units than were told',
      withHistory(attempt('book', 'jin', done({ ...jinTold, units: [0, 2] }))),
      /told to have 0,2, and has 0,1/,
    ],
    [
      'a cancellation that is lost',
      withHistory(at(30_000, attempt('cancel', 'jin', done({ ...jinTold, refunded: 90_000 })))),
      /tickets of jin were taken back, and none is/,
    ],
    [
      'two answers to one key',
      withHistory(attempt('book', 'jin', done({ ...hanaTold, reservationId: 'hana' }))),
      /the key of book jin-member jin-book has 2 answers/,
    ],
    ['two reservations of one hold', withReservation('sol', { holdId: 'jin-hold' }), /jin-hold became 2 reservations/],
  ])('finds %s', finds);
});
