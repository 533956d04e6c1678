import { describe, it } from '@jest/globals';
import {
  at,
  attempt,
  done,
  type Fault,
  finds,
  good,
  jinTold,
  records,
  sessionId,
  withHistory,
  withRecords,
  withReservation,
  withTicket,
} from './judged-sale.ts';

describe('the judge of units', () => {
  it.each<Fault>([
    [
      'two buyers who were both told that they have a unit',
      withHistory(at(7_000, attempt('book', 'min', done({ ...jinTold, reservationId: 'min', units: [1] })))),
      /^sold twice: unit 1 .* by what buyers were told$/,
    ],
    [
      'a unit that was sold before it was given back',
      withTicket('jin-0', { soldAt: 4_000 }),
      /^sold twice: unit 0 .* by the rows$/,
    ],
    [
      'two claims of one unit',
      withRecords({ claims: [...records.claims, { sessionId, unit: 1, reservationId: 'sol', state: 'claimed' }] }),
      /^sold twice: unit 1 of session has two claims$/,
    ],
    [
      'a ticket without a claim',
      withRecords({ claims: records.claims.slice(1) }),
      /ticket jin-0 is valid, and its claim/,
    ],
    [
      'a claim without a ticket',
      withRecords({ claims: [...records.claims, { sessionId, unit: 2, reservationId: 'sol', state: 'claimed' }] }),
      /ticket sol-2 is cancelled, and its claim is claimed/,
    ],
    [
      'a valid ticket of what is no sale',
      withReservation('jin', { state: 'EXPIRED' }),
      /valid, and its reservation is EXP/,
    ],
    [
      'a member with more than the limit',
      { ...good, sessions: [{ id: sessionId, units: 5, perMember: 1, blocked: [3] }] },
      /has 2 units, and may have 1/,
    ],
    ['a count that is wrong', withRecords({ taken: [] }), /has 2 units, and 0 are counted/],
  ])('finds %s', finds);
});
