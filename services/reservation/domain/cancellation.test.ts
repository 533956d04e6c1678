import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { cancellationPolicies } from '@ticketaka/performances/api';
import * as fc from 'fast-check';
import { type CancellationRequest, quoteCancellation, quoteFullRefund } from './cancellation.ts';
import { byTheNotice, type Case, onTheWall } from './test/fee-table.ts';

const dayMs = 24 * 60 * 60 * 1000;
const { standard, play, none } = cancellationPolicies;

/** `2026-12-24 19:30` in Seoul. */
function seoul(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}+09:00`);
}

/** A concert on a Saturday evening, booked long before. */
function quote(now: string, given: Partial<CancellationRequest> = {}) {
  return quoteCancellation({
    policy: standard,
    sessionStartsAt: seoul('2026-12-26 19:30:00'),
    bookedAt: seoul('2026-11-01 10:00:00'),
    now: seoul(now),
    tickets: [{ id: 'a', price: 100_000 }],
    bookingFeePerTicket: 2000,
    ...given,
  });
}

function feeOf(now: string, given: Partial<CancellationRequest> = {}) {
  const quoted = quote(now, given);
  return quoted.ok ? quoted.fee : quoted.reason;
}

describe('the fee for giving back a ticket of 100,000 won', () => {
  it.each([
    ['2026-11-01 10:00:01', 0],
    ['2026-11-08 23:59:59.999', 0],
    ['2026-11-09 00:00:00', 4000],
    ['2026-12-16 23:59:59.999', 4000],
    ['2026-12-17 00:00:00', 10_000],
    ['2026-12-19 23:59:59.999', 10_000],
    ['2026-12-20 00:00:00', 20_000],
    ['2026-12-23 23:59:59.999', 20_000],
    ['2026-12-24 00:00:00', 30_000],
    ['2026-12-25 17:00:00', 30_000],
    ['2026-12-25 17:00:00.001', 'after_deadline'],
    ['2026-12-25 23:59:59.999', 'after_deadline'],
    ['2026-12-26 00:00:00', 'day_of_session'],
    ['2026-12-26 19:30:00', 'day_of_session'],
    ['2026-12-26 19:30:00.001', 'session_past'],
  ])('at %s is %s', (now, fee) => {
    expect(feeOf(now)).toBe(fee);
  });

  it('is 2,000 won for a play where it is 4,000 won for a concert', () => {
    expect(feeOf('2026-11-20 12:00:00', { policy: play })).toBe(2000);
  });

  it.each([
    ['2026-12-26 11:00:00', 30_000],
    ['2026-12-26 11:00:00.001', 'after_deadline'],
  ])('has an earlier end on a Saturday: at %s it is %s', (now, fee) => {
    expect(feeOf(now, { sessionStartsAt: seoul('2026-12-27 15:00:00') })).toBe(fee);
  });

  it.each([
    ['2026-12-15 23:59:59.999', 0],
    ['2026-12-16 00:00:00', 0],
    ['2026-12-16 23:59:59.999', 0],
    ['2026-12-17 00:00:00', 10_000],
  ])('is free for a week only while the show is ten days away: booked on 14 December, at %s it is %s', (now, fee) => {
    expect(feeOf(now, { bookedAt: seoul('2026-12-14 09:00:00') })).toBe(fee);
  });

  it('is due from the first minute when it is booked nine days before', () => {
    const bookedAt = seoul('2026-12-17 09:00:00');
    expect(quote('2026-12-17 09:00:01', { bookedAt })).toMatchObject({
      fee: 10_000,
      bookingFeeBack: 2000,
      refund: 92_000,
    });
  });

  it.each([
    ['2028-02-29 12:00:00', '2028-03-01 19:00:00', 30_000],
    ['2027-02-28 12:00:00', '2027-03-01 19:00:00', 30_000],
    ['2028-02-28 12:00:00', '2028-03-09 19:00:00', 4000],
    ['2027-02-28 12:00:00', '2027-03-09 19:00:00', 10_000],
  ])('counts leap days: at %s for a show at %s it is %s', (now, startsAt, fee) => {
    expect(feeOf(now, { sessionStartsAt: seoul(startsAt), bookedAt: seoul('2026-11-01 10:00:00') })).toBe(fee);
  });

  it.each([
    ['2026-12-31 17:00:00', 30_000],
    ['2026-12-31 17:00:00.001', 'after_deadline'],
    ['2027-01-01 00:00:00', 'day_of_session'],
  ])('of a show at midnight is counted from the day that begins then: at %s it is %s', (now, fee) => {
    expect(feeOf(now, { sessionStartsAt: seoul('2027-01-01 00:00:00') })).toBe(fee);
  });

  it('is nothing that can be paid where the policy allows no giving back', () => {
    expect(feeOf('2026-11-01 10:00:01', { policy: none })).toBe('policy_none');
  });
});

describe('a quote', () => {
  const tickets = [
    { id: 'a', price: 99_999 },
    { id: 'b', price: 0 },
    { id: 'c', price: 15_000 },
  ];

  it('says for each ticket what is kept and what comes back', () => {
    expect(quote('2026-12-22 12:00:00', { tickets })).toEqual({
      ok: true,
      tickets: [
        { id: 'a', price: 99_999, fee: 19_999, bookingFeeBack: 0, refund: 80_000 },
        { id: 'b', price: 0, fee: 0, bookingFeeBack: 0, refund: 0 },
        { id: 'c', price: 15_000, fee: 3000, bookingFeeBack: 0, refund: 12_000 },
      ],
      fee: 22_999,
      bookingFee: 'kept',
      bookingFeeBack: 0,
      refund: 92_000,
      possibleUntil: seoul('2026-12-25 17:00:00'),
    });
  });

  it('never keeps more of a cheap ticket than the percentage', () => {
    expect(quote('2026-11-20 12:00:00', { tickets })).toMatchObject({
      tickets: [{ fee: 4000 }, { fee: 0 }, { fee: 1500 }],
    });
  });

  it.each([
    ['2026-11-01 23:59:59.999', 'back', 4000],
    ['2026-11-02 00:00:00', 'kept', 0],
  ])('gives the booking fee of tickets that cost something back until midnight: at %s it is %s', (now, fate, back) => {
    expect(quote(now, { tickets })).toMatchObject({ bookingFee: fate, bookingFeeBack: back });
  });

  it('for a show that the organiser cancels has everything in it', () => {
    expect(quoteFullRefund({ tickets, bookingFeePerTicket: 2000 })).toMatchObject({
      fee: 0,
      bookingFee: 'back',
      bookingFeeBack: 4000,
      refund: 118_999,
      possibleUntil: null,
    });
  });
});

const price = fc.oneof(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 0, max: 100_000_000 }));
/** Any minute of four years with a leap day, often midnight. */
const anySession = fc
  .record({
    day: fc.integer({ min: 0, max: 1460 }),
    minute: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1439 })),
  })
  .map(({ day, minute }) => new Date(seoul('2026-01-01 00:00:00').getTime() + day * dayMs + minute * 60_000));
/** Milliseconds around an edge. */
const nudge = fc.constantFrom(-1, 0, 1);

function startOfDay(instant: Date): number {
  return seoul(`${onTheWall(instant).date} 00:00:00`).getTime();
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    policy: fc.constantFrom<Case['policy'][]>('standard', 'play'),
    sessionStartsAt: anySession,
    bookedBefore: fc.integer({ min: 0, max: 40 }),
    bookedMs: fc.oneof(fc.constantFrom(0, dayMs - 1), fc.integer({ min: 0, max: dayMs - 1 })),
    nowBefore: fc.integer({ min: -1, max: 40 }),
    edge: fc.oneof(
      fc.constantFrom(0, 11, 17).map((hour) => (hour * dayMs) / 24),
      fc.integer({ min: 0, max: dayMs - 1 }),
    ),
    nudge,
    prices: fc.array(price, { minLength: 1, maxLength: 4 }),
  })
  .map(({ policy, sessionStartsAt, bookedBefore, bookedMs, nowBefore, edge, nudge: by, prices }) => {
    const day = startOfDay(sessionStartsAt);
    const now = new Date(day - nowBefore * dayMs + edge + by);
    const booked = day - bookedBefore * dayMs + bookedMs;
    return { policy, sessionStartsAt, bookedAt: new Date(Math.min(booked, now.getTime())), now, prices };
  });

function quoteOf({ policy, sessionStartsAt, bookedAt, now, prices }: Case) {
  const tickets = prices.map((each, index) => ({ id: `${index}`, price: each }));
  const rules = cancellationPolicies[policy];
  return quoteCancellation({ policy: rules, sessionStartsAt, bookedAt, now, tickets, bookingFeePerTicket: 2000 });
}

describe('every quote', () => {
  it('is what the notice of the box office says, to the millisecond', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const quoted = quoteOf(given);
        const said = quoted.ok
          ? { fees: quoted.tickets.map(({ fee }) => fee), bookingFee: quoted.bookingFee }
          : quoted.reason;
        expect(said).toEqual(byTheNotice(given));
      }),
      { numRuns: 3000 },
    );
  });

  it('adds up, in whole won, and never gives back more than was paid', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const quoted = quoteOf(given);
        if (!quoted.ok) return;
        const paid = given.prices.reduce((sum, each) => sum + each + (each > 0 ? 2000 : 0), 0);
        expect(quoted.refund).toBeLessThanOrEqual(paid);
        for (const { fee, refund, price: full, bookingFeeBack } of quoted.tickets) {
          expect([fee, refund].every((amount) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true);
          expect(fee + refund).toBe(full + bookingFeeBack);
          expect(fee * 100).toBeLessThanOrEqual(full * 30);
        }
        expect(quoted.refund).toBe(quoted.tickets.reduce((sum, { refund }) => sum + refund, 0));
      }),
    );
  });

  it('is the same for tickets together and one by one', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const whole = quoteOf(given);
        const single = given.prices.map((each) => quoteOf({ ...given, prices: [each] }));
        const sum = single.reduce((total, each) => total + (each.ok ? each.refund : 0), 0);
        expect(whole.ok ? whole.refund : 0).toBe(sum);
      }),
    );
  });

  it('gives back no more later than sooner', () => {
    fc.assert(
      fc.property(anyCase, fc.integer({ min: 0, max: 20 * dayMs }), (given, later) => {
        const [sooner, after] = [given, { ...given, now: new Date(given.now.getTime() + later) }].map(quoteOf);
        expect(after?.ok ? after.refund : 0).toBeLessThanOrEqual(sooner?.ok ? sooner.refund : 0);
      }),
    );
  });

  it.each(['America/New_York', 'Pacific/Kiritimati'])('is the same on a machine in %s', (zone) => {
    const cases = fc.sample(anyCase, { numRuns: 200, seed: 7 });
    const script = `
      import { quoteCancellation } from ${JSON.stringify(new URL('./cancellation.ts', import.meta.url).href)};
      import { cancellationPolicies } from ${JSON.stringify(new URL('../../performances/api.ts', import.meta.url).href)};
      const date = (key, value) => (/At$|^now$/.test(key) ? new Date(value) : value);
      const quotes = JSON.parse(process.argv[1], date).map(({ policy, prices, ...dates }) => quoteCancellation({
        ...dates,
        policy: cancellationPolicies[policy],
        tickets: prices.map((price, index) => ({ id: String(index), price })),
        bookingFeePerTicket: 2000,
      }));
      console.log(JSON.stringify({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, quotes }));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, JSON.stringify(cases)], {
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual({ zone, quotes: JSON.parse(JSON.stringify(cases.map(quoteOf))) });
  });
});
