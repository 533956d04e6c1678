import { describe, expect, it } from '@jest/globals';
import type {
  Attempt,
  Outcome,
  Records,
  Shown,
  Step,
  StoredReservation,
  StoredTicket,
  Told,
  Trial,
} from './history.ts';
import { duplicatesIn, judge } from './judge.ts';

const sessionId = 'session';
const outage = { from: 10_000, until: 20_000 };

/** Jin has two seats, Hana gave hers back, Bom was too late and got her money back, Sol let a claim lapse. */
const reservation = (id: string, more: Partial<StoredReservation> = {}): StoredReservation => ({
  id,
  sessionId,
  memberId: `${id}-member`,
  holdId: `${id}-hold`,
  kind: 'bought',
  state: 'CONFIRMED',
  ticketTotal: 50_000,
  fee: 2_000,
  refunded: 0,
  ...more,
});
const ticket = (reservationId: string, unit: number, more: Partial<StoredTicket> = {}): StoredTicket => ({
  id: `${reservationId}-${unit}`,
  reservationId,
  sessionId,
  unit,
  price: 50_000,
  state: 'valid',
  soldAt: 2_000,
  endedAt: undefined,
  ...more,
});
const lapsed = { state: 'cancelled', soldAt: undefined, endedAt: 3_000 } as const;
const move = (reservationId: string, from: string, event: string, to: string) => ({ reservationId, from, event, to });
const sold = (id: string) => [
  move(id, 'HELD', 'claimed', 'CLAIMED'),
  move(id, 'CLAIMED', 'payment_captured', 'PAID'),
  move(id, 'PAID', 'confirmed', 'CONFIRMED'),
];
const paid = (reservationId: string, amount: number, refunded = 0) => ({
  id: `${reservationId}-payment`,
  reservationId,
  orderId: `${reservationId}-hold`,
  providerKey: `${reservationId}-key`,
  state: refunded === amount ? 'refunded' : 'captured',
  amount,
  refunded,
});
const records: Records = {
  claims: [
    { sessionId, unit: 0, reservationId: 'jin', state: 'sold' },
    { sessionId, unit: 1, reservationId: 'jin', state: 'sold' },
    { sessionId, unit: 4, reservationId: null, state: 'blocked' },
  ],
  reservations: [
    reservation('jin', { ticketTotal: 100_000, fee: 4_000 }),
    reservation('hana', { state: 'REFUNDED', refunded: 47_000 }),
    reservation('bom', { state: 'REFUNDED' }),
    reservation('sol', { state: 'EXPIRED' }),
  ],
  tickets: [
    ticket('jin', 0, { soldAt: 6_000 }),
    ticket('jin', 1),
    ticket('hana', 0, { state: 'cancelled', soldAt: 2_000, endedAt: 5_000 }),
    ticket('bom', 1, lapsed),
    ticket('sol', 2, lapsed),
  ],
  taken: [
    { sessionId, memberId: 'jin-member', taken: 2 },
    { sessionId, memberId: 'hana-member', taken: 0 },
  ],
  payments: [paid('jin', 104_000), paid('hana', 52_000, 47_000), paid('bom', 52_000, 52_000)],
  refunds: [
    { id: 'refund-1', reservationId: 'hana', state: 'done' },
    { id: 'refund-2', reservationId: 'bom', state: 'done' },
  ],
  audit: [
    ...sold('jin'),
    ...sold('hana'),
    move('hana', 'CONFIRMED', 'cancelled', 'CANCELLED'),
    move('hana', 'CANCELLED', 'refund_settled', 'REFUNDED'),
    move('bom', 'HELD', 'claimed', 'CLAIMED'),
    move('bom', 'CLAIMED', 'expired', 'EXPIRED'),
    move('bom', 'EXPIRED', 'payment_captured', 'PAID'),
    move('bom', 'PAID', 'seats_gone', 'CANCELLED'),
    move('bom', 'CANCELLED', 'refund_settled', 'REFUNDED'),
    move('sol', 'HELD', 'claimed', 'CLAIMED'),
    move('sol', 'CLAIMED', 'expired', 'EXPIRED'),
  ],
  outbox: 0,
};
const payments = records.payments.map(({ providerKey, orderId, amount, refunded }) => ({
  paymentKey: providerKey,
  orderId,
  captured: amount,
  refunded,
}));
const event = (type: string, reservationId: string, id = `${type} of ${reservationId}`) => ({
  id,
  type,
  reservationId,
});
const events = [
  ...['jin', 'hana'].flatMap((id) => [event('reservation.confirmed', id), event('ticket.issued', id)]),
  ...['hana', 'bom'].flatMap((id) => [event('reservation.cancelled', id), event('reservation.refunded', id)]),
  // RabbitMQ may bring one twice.
  event('reservation.confirmed', 'jin'),
];
const done = (told: Told): Outcome => ({ kind: 'done', status: 201, told });
const attempt = (step: Step, who: string, outcome: Outcome, from = 1_000): Attempt => ({
  memberId: `${who}-member`,
  sessionId,
  step,
  key: `${who}-${step}`,
  about: who,
  from,
  until: from + 100,
  outcome,
});
const jinTold = { reservationId: 'jin', state: 'CONFIRMED', units: [0, 1], total: 104_000 };
const hanaTold = { reservationId: 'hana', state: 'CONFIRMED', units: [0], total: 52_000 };
const soon = 8 * 60_000;
const history: Attempt[] = [
  attempt('hold', 'jin', done({ units: [0, 1], total: 104_000 })),
  attempt('book', 'hana', done(hanaTold), 1_500),
  attempt('cancel', 'hana', done({ ...hanaTold, state: 'CANCELLED', refunded: 47_000 }), 4_000),
  attempt('book', 'jin', done(jinTold), 6_000),
  attempt('book', 'jin', { kind: 'unknown', why: 'ECONNRESET' }, 12_000),
  attempt('book', 'sol', { kind: 'refused', status: 503, code: 'unavailable' }, 13_000),
];
const pictured = (...shown: readonly Shown[]) => [{ sessionId, where: 'Redis', shown }];
const good: Trial = {
  sessions: [{ id: sessionId, units: 5, perMember: 2, blocked: [3] }],
  history,
  outages: [outage],
  records,
  pictures: pictured('taken', 'taken', 'held', 'blocked', 'blocked'),
  payments,
  events,
};

const withHistory = (...more: Attempt[]): Trial => ({ ...good, history: [...history, ...more] });
const withRecords = (change: Partial<Records>): Trial => ({ ...good, records: { ...records, ...change } });
const withReservation = (id: string, change: Partial<StoredReservation>) =>
  withRecords({ reservations: records.reservations.map((row) => (row.id === id ? { ...row, ...change } : row)) });
const withTicket = (id: string, change: Partial<StoredTicket>) =>
  withRecords({ tickets: records.tickets.map((row) => (row.id === id ? { ...row, ...change } : row)) });

describe('the judge of a sale', () => {
  it('has nothing to say about a good one, with failures while something was away', () => {
    expect(judge(good)).toEqual([]);
  });

  it('says each unit that was sold twice, and how many those are', () => {
    const twice = withHistory(attempt('book', 'min', done({ ...jinTold, reservationId: 'min', units: [1] }), 7_000));
    expect(duplicatesIn(judge(twice))).toBe(1);
  });

  it('knows that a hold ends when it is let go, and may be lost in an outage', () => {
    const holdOf = (who: string, from: number) =>
      attempt('hold', who, done({ units: [2], holdId: who, expiresAt: from + 420_000 }), from);
    const letGo = withHistory(
      holdOf('min', 30_000),
      attempt('release', 'min', done({ units: [] }), 35_000),
      holdOf('sol', 40_000),
    );
    expect(judge(letGo)).toEqual([]);
    expect(judge(withHistory(holdOf('min', 9_000), holdOf('sol', 40_000)))).toEqual([]);
  });

  it.each<[string, Trial, RegExp]>([
    [
      'two buyers who were both told that they have a unit',
      withHistory(attempt('book', 'min', done({ ...jinTold, reservationId: 'min', units: [1] }), 7_000)),
      /^sold twice: unit 1 .* by what buyers were told$/,
    ],
    [
      'a unit that was sold before it was given back',
      withTicket('jin-0', { soldAt: 4_000 }),
      /^sold twice: unit 0 .* by the rows$/,
    ],
    [
      'a hold that lasts longer than it should',
      withHistory(attempt('hold', 'min', done({ units: [2], holdId: 'min', expiresAt: 17 * 60_000 }), 30_000)),
      /^a hold of min-member was to last 990 seconds$/,
    ],
    [
      'a hold that is shorter than it should be',
      withHistory(attempt('hold', 'min', done({ units: [2], holdId: 'min', expiresAt: 60_000 }), 30_000)),
      /^a hold of min-member was to last 30 seconds$/,
    ],
    [
      'a unit that two hold',
      withHistory(
        attempt('hold', 'min', done({ units: [2], holdId: 'min', expiresAt: soon - 30_000 }), 30_000),
        attempt('hold', 'sol', done({ units: [2], holdId: 'sol', expiresAt: soon - 20_000 }), 40_000),
      ),
      /^unit 2 .* was held by min-member, and held by sol-member before that was over$/,
    ],
    [
      'a unit that is offered to one and held by another',
      withHistory(
        attempt('offer', 'min', done({ units: [2], expiresAt: 2 * soon }), 30_000),
        attempt('hold', 'sol', done({ units: [2], holdId: 'sol', expiresAt: soon - 20_000 }), 40_000),
      ),
      /^unit 2 .* was offered to min-member, and held by sol-member before that was over$/,
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
    [
      'a failure while nothing was away',
      withHistory(attempt('book', 'sol', { kind: 'refused', status: 500, code: 'internal_error' }, 30_000)),
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
      withHistory(attempt('cancel', 'jin', done({ ...jinTold, refunded: 90_000 }), 30_000)),
      /tickets of jin were taken back, and none is/,
    ],
    [
      'two answers to one key',
      withHistory(attempt('book', 'jin', done({ ...hanaTold, reservationId: 'hana' }))),
      /the key of book jin-member jin-book has 2 answers/,
    ],
    ['two reservations of one hold', withReservation('sol', { holdId: 'jin-hold' }), /jin-hold became 2 reservations/],
    [
      'money that was taken for nothing',
      { ...good, payments: [...payments, { paymentKey: 'x', orderId: 'nobody', captured: 5_000, refunded: 0 }] },
      /5000 won were kept for order nobody, which has no reservation/,
    ],
    [
      'money that was taken twice',
      { ...good, payments: [...payments, { paymentKey: 'x', orderId: 'jin-hold', captured: 104_000, refunded: 0 }] },
      /208000 won are kept for reservation jin/,
    ],
    [
      'seats that were not paid for',
      { ...good, payments: payments.filter(({ orderId }) => orderId !== 'jin-hold') },
      /^0 won are kept for reservation jin \(CONFIRMED\), and 104000 should be/,
    ],
    [
      'a refund that was not made',
      {
        ...good,
        payments: payments.map((entry) => (entry.orderId === 'bom-hold' ? { ...entry, refunded: 0 } : entry)),
      },
      /^52000 won are kept for reservation bom \(REFUNDED\), and 0 should be/,
    ],
    [
      'a refund that nobody wrote down',
      withRecords({
        payments: records.payments.map((row) => (row.reservationId === 'bom' ? paid('bom', 52_000) : row)),
      }),
      /gave 52000 back, and 52000 and 0 are written down/,
    ],
    [
      'a payment that never was',
      { ...good, payments: payments.filter(({ orderId }) => orderId !== 'bom-hold') },
      /payment bom-key is refunded, and took nothing/,
    ],
    [
      'a refund that is still due',
      withRecords({
        refunds: [{ id: 'refund-1', reservationId: 'hana', state: 'waiting' }, ...records.refunds.slice(1)],
      }),
      /refund refund-1 is waiting/,
    ],
    ['prices that do not add up', withTicket('jin-1', { price: 1 }), /costs 100000, and its tickets cost 50001/],
    [
      'a sold unit that is shown as free',
      { ...good, pictures: pictured('free', 'taken', 'free', 'blocked', 'blocked') },
      /unit 0 of session is shown as free by Redis, and is sold/,
    ],
    [
      'a free unit that is shown as taken',
      { ...good, pictures: pictured('taken', 'taken', 'taken', 'blocked', 'blocked') },
      /unit 2 of session is shown as taken by Redis, and is none/,
    ],
    [
      'a unit of the hall that is for sale',
      { ...good, pictures: pictured('taken', 'taken', 'free', 'free', 'blocked') },
      /unit 3 of session is shown as free by Redis, and is blocked/,
    ],
    [
      'an event that never came',
      { ...good, events: events.filter(({ type }) => type !== 'reservation.refunded') },
      /reservation.refunded hana happened 1 times, and 0 messages say so/,
    ],
    [
      'an event of its own that says it again',
      { ...good, events: [...events, event('ticket.issued', 'jin', 'another')] },
      /ticket.issued jin happened 1 times, and 2 messages say so/,
    ],
    [
      'an event of what never was',
      { ...good, events: [...events, event('reservation.confirmed', 'sol')] },
      /reservation.confirmed sol happened 0 times, and 1 messages say so/,
    ],
    ['messages that did not leave', withRecords({ outbox: 2 }), /2 messages are still in the outbox/],
    [
      'a step that there is not',
      withRecords({ audit: [...records.audit, move('sol', 'EXPIRED', 'confirmed', 'CONFIRMED')] }),
      /sol was EXPIRED, and confirmed led from EXPIRED to CONFIRMED/,
    ],
    [
      'steps in a wrong order',
      withRecords({ audit: [...records.audit, move('jin', 'CLAIMED', 'payment_unknown', 'CLAIMED')] }),
      /jin was CONFIRMED, and payment_unknown led from CLAIMED/,
    ],
    [
      'a state that nothing leads to',
      withReservation('sol', { state: 'CLAIMED' }),
      /is CLAIMED, and what is written leads/,
    ],
    [
      'steps of what is not there',
      withRecords({ audit: [...records.audit, move('min', 'HELD', 'claimed', 'CLAIMED')] }),
      /something happened to min, which is not there/,
    ],
  ])('finds %s', (_, trial, complaint) => {
    expect(judge(trial)).toContainEqual(expect.stringMatching(complaint));
  });
});
