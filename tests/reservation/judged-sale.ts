import { expect } from '@jest/globals';
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
import { judge } from './judge.ts';

export const sessionId = 'session';
const outage = { from: 10_000, until: 20_000 };

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
export const move = (reservationId: string, [from, event, to]: [from: string, event: string, to: string]) => ({
  reservationId,
  from,
  event,
  to,
});
const sold = (id: string) => [
  move(id, ['HELD', 'claimed', 'CLAIMED']),
  move(id, ['CLAIMED', 'payment_captured', 'PAID']),
  move(id, ['PAID', 'confirmed', 'CONFIRMED']),
];
export const paid = (reservationId: string, amount: number, refunded = 0) => ({
  id: `${reservationId}-payment`,
  reservationId,
  orderId: `${reservationId}-hold`,
  providerKey: `${reservationId}-key`,
  state: refunded === amount ? 'refunded' : 'captured',
  amount,
  refunded,
});
/** Jin has two seats, Hana gave hers back, Bom was too late and got her money back, Sol let a claim lapse. */
export const records: Records = {
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
    move('hana', ['CONFIRMED', 'cancelled', 'CANCELLED']),
    move('hana', ['CANCELLED', 'refund_settled', 'REFUNDED']),
    move('bom', ['HELD', 'claimed', 'CLAIMED']),
    move('bom', ['CLAIMED', 'expired', 'EXPIRED']),
    move('bom', ['EXPIRED', 'payment_captured', 'PAID']),
    move('bom', ['PAID', 'seats_gone', 'CANCELLED']),
    move('bom', ['CANCELLED', 'refund_settled', 'REFUNDED']),
    move('sol', ['HELD', 'claimed', 'CLAIMED']),
    move('sol', ['CLAIMED', 'expired', 'EXPIRED']),
  ],
  outbox: 0,
};
export const payments = records.payments.map(({ providerKey, orderId, amount, refunded }) => ({
  paymentKey: providerKey,
  orderId,
  captured: amount,
  refunded,
}));
export const event = (type: string, reservationId: string, id = `${type} of ${reservationId}`) => ({
  id,
  type,
  reservationId,
});
export const events = [
  ...['jin', 'hana'].flatMap((id) => [event('reservation.confirmed', id), event('ticket.issued', id)]),
  ...['hana', 'bom'].flatMap((id) => [event('reservation.cancelled', id), event('reservation.refunded', id)]),
  // RabbitMQ may bring one twice.
  event('reservation.confirmed', 'jin'),
];
export const done = (told: Told): Outcome => ({ kind: 'done', status: 201, told });
export const attempt = (step: Step, who: string, outcome: Outcome): Attempt => ({
  memberId: `${who}-member`,
  sessionId,
  step,
  key: `${who}-${step}`,
  about: who,
  from: 1_000,
  until: 1_100,
  outcome,
});
/** When it was asked. */
export const at = (from: number, made: Attempt): Attempt => ({ ...made, from, until: from + 100 });
export const jinTold = { reservationId: 'jin', state: 'CONFIRMED', units: [0, 1], total: 104_000 };
export const hanaTold = { reservationId: 'hana', state: 'CONFIRMED', units: [0], total: 52_000 };
export const soon = 8 * 60_000;
const history: Attempt[] = [
  attempt('hold', 'jin', done({ units: [0, 1], total: 104_000 })),
  at(1_500, attempt('book', 'hana', done(hanaTold))),
  at(4_000, attempt('cancel', 'hana', done({ ...hanaTold, state: 'CANCELLED', refunded: 47_000 }))),
  at(6_000, attempt('book', 'jin', done(jinTold))),
  at(12_000, attempt('book', 'jin', { kind: 'unknown', why: 'ECONNRESET' })),
  at(13_000, attempt('book', 'sol', { kind: 'refused', status: 503, code: 'unavailable' })),
];
export const pictured = (...shown: readonly Shown[]) => [{ sessionId, where: 'Redis', shown }];
/** Of this the judge has nothing to say. Each fault is a change of it. */
export const good: Trial = {
  sessions: [{ id: sessionId, units: 5, perMember: 2, blocked: [3] }],
  history,
  outages: [outage],
  records,
  pictures: pictured('taken', 'taken', 'held', 'blocked', 'blocked'),
  payments,
  events,
};

export const withHistory = (...more: Attempt[]): Trial => ({ ...good, history: [...history, ...more] });
export const withRecords = (change: Partial<Records>): Trial => ({ ...good, records: { ...records, ...change } });
export const withReservation = (id: string, change: Partial<StoredReservation>) =>
  withRecords({ reservations: records.reservations.map((row) => (row.id === id ? { ...row, ...change } : row)) });
export const withTicket = (id: string, change: Partial<StoredTicket>) =>
  withRecords({ tickets: records.tickets.map((row) => (row.id === id ? { ...row, ...change } : row)) });

/** What is wrong with a sale, that sale, and what the judge says of it. */
export type Fault = [string, Trial, RegExp];

export function finds(_: string, trial: Trial, complaint: RegExp): void {
  expect(judge(trial)).toContainEqual(expect.stringMatching(complaint));
}
