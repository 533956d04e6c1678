import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type Admission, type Load, nextCrowding, nextServing, nextShare, targetRate } from './admission.ts';

const calm: Load = {
  capacityPerSecond: 400,
  holdsPerSecond: 0,
  latencyMs: 20,
  freeUnits: 1_000_000,
  averageParty: 2,
  degraded: false,
};

const loads = fc.record({
  capacityPerSecond: fc.double({ min: 0, max: 10_000, noNaN: true }),
  carriedPerSecond: fc.option(fc.double({ min: 0, max: 20_000, noNaN: true }), { nil: undefined }),
  holdsPerSecond: fc.double({ min: 0, max: 10_000, noNaN: true }),
  latencyMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
  freeUnits: fc.nat({ max: 100_000 }),
  averageParty: fc.double({ min: 0.5, max: 8, noNaN: true }),
  degraded: fc.boolean(),
});
const steps = fc.array(
  fc.record({
    load: loads,
    came: fc.nat({ max: 5_000 }),
    elapsed: fc.double({ min: -1, max: 100, noNaN: true }),
    rateLimit: fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { nil: undefined }),
  }),
  { maxLength: 50 },
);

const start: Admission = { serving: 0, rate: 0, credit: 0, share: 1 };

describe('nextServing', () => {
  it('never goes back, passes the last number, or lets in more at once than three seconds are worth', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        let [state, issued] = [start, 0];
        for (const { load, came, elapsed, rateLimit } of sequence) {
          issued += came;
          const next = nextServing(state, { ...load, issued, rateLimit }, elapsed);
          expect(next.serving).toBeGreaterThanOrEqual(state.serving);
          expect(next.serving).toBeLessThanOrEqual(issued);
          expect(Number.isInteger(next.serving)).toBe(true);
          expect(next.serving - state.serving).toBeLessThanOrEqual(next.rate * 3 + 1);
          expect(next.rate).toBeLessThanOrEqual(
            Math.max(state.rate, targetRate({ ...load, issued, rateLimit }, next.share)),
          );
          state = next;
        }
      }),
    );
  });

  it('comes to three quarters of the capacity and lets that many in', () => {
    let state = start;
    for (let second = 0; second < 60; second += 1) state = nextServing(state, { ...calm, issued: 1_000_000 }, 1);
    expect(state.rate).toBeCloseTo(300, 0);
    const later = nextServing(state, { ...calm, issued: 1_000_000 }, 1);
    expect(Math.abs(later.serving - state.serving - 300)).toBeLessThanOrEqual(1);
  });

  it('lets in as many in short steps as in long ones', () => {
    const run = (step: number) => {
      let state: Admission = { ...start, rate: 0.7 };
      for (let at = 0; at < 100; at += step) {
        state = nextServing(state, { ...calm, issued: 1_000_000, rateLimit: 0.7 }, step);
      }
      return state.serving;
    };
    for (const step of [0.1, 0.5, 1, 2.5]) expect(Math.abs(run(step) - 70)).toBeLessThanOrEqual(1);
  });

  it('would let in three times as many by three controllers that each count the time themselves: the row counts it', () => {
    const steady: Admission = { ...start, rate: 300 };
    const load = { ...calm, issued: 1_000_000 };
    const run = (elapsed: number) => [1, 2, 3].reduce((state) => nextServing(state, load, elapsed), steady).serving;
    expect(run(1)).toBe(900);
    expect(run(1 / 3)).toBe(300);
  });

  it('slows down at once and speeds up by and by', () => {
    const fast: Admission = { ...start, rate: 300 };
    expect(nextServing(fast, { ...calm, issued: 10_000, capacityPerSecond: 40 }, 1).rate).toBe(30);
    expect(nextServing(start, { ...calm, issued: 10_000 }, 1).rate).toBeLessThan(75);
  });

  it('keeps no credit for a crowd while nobody waits', () => {
    let state = start;
    for (let second = 0; second < 600; second += 1) state = nextServing(state, { ...calm, issued: 0 }, 1);
    expect(nextServing(state, { ...calm, issued: 100_000 }, 1).serving).toBeLessThanOrEqual(301);
  });
});

describe('the measured share', () => {
  const after = (seconds: number, change: Partial<Load>, share = 1) => {
    let known = share;
    for (let second = 0; second < seconds; second += 1) known = nextShare(known, { ...calm, ...change }, 1);
    return known;
  };

  it('comes to what was carried at the limit, and one bad second is not all', () => {
    expect(after(15, { carriedPerSecond: 100 })).toBeCloseTo(0.25, 2);
    expect(after(1, { carriedPerSecond: 0 })).toBeGreaterThan(0.5);
  });

  it('is never nothing, and never more than the servers are trusted with', () => {
    expect(after(60, { carriedPerSecond: 0 })).toBeCloseTo(0.05, 6);
    expect(after(60, { carriedPerSecond: 10_000 }, 0.1)).toBeCloseTo(1, 6);
  });

  it('rises slowly while nothing is at its limit: by a third in half a minute, to all of it in ten minutes', () => {
    expect(after(30, {}, 0.25)).toBeLessThan(0.34);
    expect(after(600, {}, 0.05)).toBe(1);
  });

  it('bounds who is let in: three quarters of the lesser of what is trusted and what is measured', () => {
    const rateAfter = (load: Load) => {
      let state = start;
      for (let second = 0; second < 60; second += 1) state = nextServing(state, { ...load, issued: 1_000_000 }, 1);
      return state.rate;
    };
    expect(rateAfter({ ...calm, carriedPerSecond: 100 })).toBeCloseTo(75, 0);
    expect(rateAfter({ ...calm, carriedPerSecond: 900 })).toBeCloseTo(300, 0);
    expect(rateAfter(calm)).toBeCloseTo(300, 0);
  });

  it('has an automatic room come on for servers that carry less than they are trusted with', () => {
    const load = { ...calm, holdsPerSecond: 100, waiting: 0 };
    expect(nextCrowding({ crowded: false, calmSeconds: 0 }, { ...load, share: 1 }, 1).crowded).toBe(false);
    expect(nextCrowding({ crowded: false, calmSeconds: 0 }, { ...load, share: 0.25 }, 1).crowded).toBe(true);
  });
});

describe('the target', () => {
  it.each([
    ['three quarters of the capacity', {}, 300],
    ['a tenth of that without Redis', { degraded: true }, 30],
    ['half of it when holds take twice as long as they may', { latencyMs: 500 }, 150],
    ['the limit of the organiser', { rateLimit: 25 }, 25],
    ['a sixtieth of the parties that the seats can take', { freeUnits: 2_400 }, 20],
    ['five a second for the last seats', { freeUnits: 3 }, 5],
    ['nobody when there is nothing left', { freeUnits: 0 }, 0],
  ])('is %s', (_what, change, rate) => {
    expect(targetRate({ ...calm, issued: 0, ...change }, 1)).toBeCloseTo(rate, 6);
  });
});

describe('an automatic room', () => {
  const at = (holdsPerSecond: number, waiting = 0) => ({ ...calm, holdsPerSecond, waiting, share: 1 });
  const off = { crowded: false, calmSeconds: 0 };
  const on = { crowded: true, calmSeconds: 0 };

  it('comes on at 60 % of the capacity, not before', () => {
    expect(nextCrowding(off, at(239), 1)).toEqual(off);
    expect(nextCrowding(off, at(240), 1)).toEqual(on);
  });

  it('goes off after a minute below 30 %, and not while somebody waits', () => {
    const run = (seconds: number, load: ReturnType<typeof at>) => {
      let state = on;
      for (let second = 0; second < seconds; second += 1) state = nextCrowding(state, load, 1);
      return state.crowded;
    };
    expect(run(59, at(119))).toBe(true);
    expect(run(60, at(119))).toBe(false);
    expect(run(600, at(120))).toBe(true);
    expect(run(600, at(0, 1))).toBe(true);
  });

  it('begins to count anew when it was busy in between', () => {
    expect(nextCrowding({ crowded: true, calmSeconds: 59 }, at(130), 1)).toEqual(on);
  });
});
