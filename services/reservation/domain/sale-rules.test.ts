import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ageOn, decideSale, type SaleRequest, type SaleWindow } from './sale-rules.ts';

function seoul(text: string): Date {
  return new Date(`${text.replace(' ', 'T')}+09:00`);
}

const presale: SaleWindow = {
  kind: 'presale',
  opensAt: seoul('2026-11-01 20:00:00'),
  closesAt: seoul('2026-11-02 20:00:00'),
  code: 'missing',
};
const general: SaleWindow = {
  kind: 'general',
  opensAt: seoul('2026-11-03 20:00:00'),
  closesAt: seoul('2026-12-24 17:00:00'),
  code: 'none',
};

function decide(now: string, given: Partial<SaleRequest> = {}) {
  return decideSale({
    now: seoul(now),
    session: { startsAt: seoul('2026-12-24 19:30:00'), cancelled: false, performanceCancelled: false },
    windows: [general, presale],
    perMemberLimit: 4,
    taken: 0,
    quantity: 2,
    ageLimit: 0,
    birthDate: '1994-03-21',
    ...given,
  });
}

describe('holding units', () => {
  it.each([
    ['2026-11-01 19:59:59.999', { ok: false, code: 'not_on_sale_yet', opensAt: presale.opensAt }],
    ['2026-11-01 20:00:00', { ok: false, code: 'presale_code_required' }],
    ['2026-11-02 19:59:59.999', { ok: false, code: 'presale_code_required' }],
    ['2026-11-02 20:00:00', { ok: false, code: 'not_on_sale_yet', opensAt: general.opensAt }],
    ['2026-11-03 19:59:59.999', { ok: false, code: 'not_on_sale_yet', opensAt: general.opensAt }],
    ['2026-11-03 20:00:00', { ok: true }],
    ['2026-12-24 16:59:59.999', { ok: true }],
    ['2026-12-24 17:00:00', { ok: false, code: 'sale_closed' }],
    ['2026-12-24 19:29:59.999', { ok: false, code: 'sale_closed' }],
    ['2026-12-24 19:30:00', { ok: false, code: 'session_past' }],
  ])('at %s: %j', (now, expected) => {
    expect(decide(now)).toEqual(expected);
  });

  it.each(['none', 'verified'] as const)('in a presale whose code is %s is open', (code) => {
    expect(decide('2026-11-01 20:00:00', { windows: [{ ...presale, code }] })).toEqual({ ok: true });
  });

  it('needs one open sale, and a presale without its code closes no other', () => {
    const all = { ...general, opensAt: presale.opensAt };
    expect(decide('2026-11-01 21:00:00', { windows: [presale, all] })).toEqual({ ok: true });
  });

  it('is closed where nothing is sold', () => {
    expect(decide('2026-11-10 12:00:00', { windows: [] })).toEqual({ ok: false, code: 'sale_closed' });
  });

  it.each([
    { cancelled: true, performanceCancelled: false },
    { cancelled: false, performanceCancelled: true },
  ])('is over when the show is cancelled: %j', (flags) => {
    const session = { startsAt: seoul('2026-12-24 19:30:00'), ...flags };
    expect(decide('2027-01-10 12:00:00', { session })).toEqual({ ok: false, code: 'session_cancelled' });
  });

  it.each([
    [0, 4, true],
    [2, 2, true],
    [2, 3, false],
    [4, 1, false],
    [0, 5, false],
  ])('with %d taken and %d asked for, of at most 4, is possible: %j', (taken, quantity, ok) => {
    expect(decide('2026-11-10 12:00:00', { taken, quantity })).toEqual(
      ok ? { ok } : { ok, code: 'over_limit', limit: 4 },
    );
  });

  it.each([
    ['2007-12-24', true],
    ['2007-12-25', false],
  ])('for adults, on the day of the session: born on %s it is %j', (birthDate, ok) => {
    expect(decide('2026-11-10 12:00:00', { ageLimit: 19, birthDate })).toEqual(
      ok ? { ok } : { ok, code: 'too_young', ageLimit: 19 },
    );
  });

  it('counts the day of the session as it is in Seoul', () => {
    const session = { startsAt: seoul('2026-12-25 00:00:00'), cancelled: false, performanceCancelled: false };
    const given = { session, windows: [{ ...general, closesAt: session.startsAt }], ageLimit: 19 };
    expect(decide('2026-11-10 12:00:00', { ...given, birthDate: '2007-12-25' })).toEqual({ ok: true });
  });

  it('is decided by the windows alone as far as time goes', () => {
    const instant = fc.date({
      min: seoul('2026-10-01 00:00:00'),
      max: seoul('2026-12-31 00:00:00'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(instant, instant), { maxLength: 4 }), instant, (spans, now) => {
        const windows = spans.map(
          ([opensAt, closesAt]): SaleWindow => ({ kind: 'general', opensAt, closesAt, code: 'none' }),
        );
        const session = { startsAt: seoul('2027-01-01 00:00:00'), cancelled: false, performanceCancelled: false };
        const inside = spans.some(([opensAt, closesAt]) => now >= opensAt && now < closesAt);
        const decided = decide('2026-11-10 12:00:00', { windows, session, now });
        expect(decided.ok).toBe(inside);
        if (decided.ok || decided.code !== 'not_on_sale_yet') return;
        expect(decided.opensAt.getTime()).toBeGreaterThan(now.getTime());
        expect(spans.filter(([opensAt]) => opensAt > now && opensAt < decided.opensAt)).toEqual([]);
      }),
    );
  });
});

describe('the age of a member', () => {
  it.each([
    ['2026-03-20', '1994-03-21', 31],
    ['2026-03-21', '1994-03-21', 32],
    ['2026-12-31', '2026-12-31', 0],
    ['2026-12-31', '2027-01-01', -1],
    ['2027-02-28', '2008-02-29', 18],
    ['2027-03-01', '2008-02-29', 19],
    ['2028-02-28', '2008-02-29', 19],
    ['2028-02-29', '2008-02-29', 20],
  ])('on %s, born on %s, is %d', (day, birthDate, years) => {
    expect(ageOn(day, birthDate)).toBe(years);
  });
});
