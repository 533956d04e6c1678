import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { TokenBucket } from './token-bucket.ts';

it('gives a burst, and then as many as the time brings', () => {
  const steps = fc.array(fc.nat(3000), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 30 }), (waits, perSecond, burst) => {
      let now = 0;
      let given = 0;
      const bucket = new TokenBucket({ perSecond, burst, now: () => now });
      for (const wait of waits) {
        now += wait;
        while (bucket.take()) given += 1;
        expect(given).toBeLessThanOrEqual(burst + (now / 1000) * perSecond + 1e-6);
      }
      expect(given).toBeGreaterThanOrEqual(burst);
    }),
  );
});

it('is full again after a while, and not fuller', () => {
  let now = 0;
  const bucket = new TokenBucket({ perSecond: 2, burst: 3, now: () => now });
  const takeAll = () => {
    let count = 0;
    while (bucket.take()) count += 1;
    return count;
  };
  expect(takeAll()).toBe(3);
  now += 1000;
  expect(takeAll()).toBe(2);
  now += 1_000_000;
  expect(takeAll()).toBe(3);
});
