import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

describe('a sale in which nothing breaks', () => {
  it(
    'leaves the judge nothing to say',
    async () => {
      const bookings = 15 * scale;
      const sessionIds = Array.from({ length: Math.ceil(bookings / 15) }, () => world.addSession());
      const crowd = world.crowd({ sessionIds });
      await waitFor(() => crowd.bought >= bookings, { timeoutMs: 60_000 * scale });
      await crowd.stop();
      expect(await world.verdict()).toEqual([]);
    },
    120_000 * scale,
  );
});
