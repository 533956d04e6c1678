import { expect, it } from '@jest/globals';
import { Freshness } from './freshness.ts';

it('counts from the last moment at which nothing could be missing, and is quiet about a moment', () => {
  let now = 100_000;
  const freshness = new Freshness(() => now, 40_000);
  expect(freshness.behindSeconds).toBe(60);
  freshness.set('feed', 'well');
  expect(freshness.behindSeconds).toBe(60);
  freshness.set('mariadb', 'well');
  expect(freshness.behindSeconds).toBe(0);
  now += 10_000;
  freshness.set('mariadb', 'away');
  now += 2_000;
  expect(freshness.behindSeconds).toBe(0);
  now += 1_000;
  expect(freshness.behindSeconds).toBe(3);
  freshness.completeSince(now);
  expect(freshness.behindSeconds).toBe(0);
});
