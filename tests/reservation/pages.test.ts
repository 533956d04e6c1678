import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import type { Page } from '../../services/reservation/availability/test/page.ts';
import { readUnit, unitState } from '../../services/reservation/seats/index.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

/** What is shown, and what is asked of others, while the sale goes on. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

/** At the first replica, so that the other one does not know of the session. */
async function buy(of: World, sessionId: string, seats: readonly number[]) {
  const customer = of.customer({ at: of.urls[0] ?? '' });
  const held = await customer.hold({ sessionId, seats: [...seats] });
  if (!held?.payment) throw new Error('the seats are free, and cost something');
  await customer.book(held, of.authorise({ orderId: held.payment.orderId, amount: held.total }));
}

/** More changes than Redis keeps, which are about 10,000. The seats are as before. */
async function changeMuch(sessionId: string) {
  const epoch = (await world.image.epoch(sessionId)) ?? 0;
  for (let change = 0; change < 12_000; change += 200) {
    await Promise.all(
      Array.from({ length: 100 }, async (_, at) => {
        const holder = { holdId: `${change}-${at}`, memberId: `member-${at % 10}` };
        const request = { epoch, requestHash: 'hash', limit: 1_000, ttlMs: 60_000, candidates: [[10 + (at % 50)]] };
        const outcome = await world.image.hold(sessionId, { ...request, ...holder });
        if (outcome.kind === 'held') await world.image.release(sessionId, holder);
      }),
    );
  }
}

/** A page that has seen one seat sold, and left before two more were. */
async function leavesEarly(of: World, sessionId: string) {
  const page = of.watch(sessionId, of.urls[0] ?? '');
  await buy(of, sessionId, [0]);
  await page.open();
  await waitFor(() => states(page)[0] === 'taken');
  page.close();
  await buy(of, sessionId, [1, 2]);
  return page;
}

/** The same page as it comes back to the other replica, which was not there then. */
function elsewhere(of: World, sessionId: string, { seats, lastId }: Page) {
  return Object.assign(of.watch(sessionId, of.urls[1] ?? ''), { seats: [...seats], lastId });
}

/** Of the picture at the other replica, once a unit is sold there. */
async function versionWith(of: World, sessionId: string, unit: number) {
  const url = `${of.urls[1]}/api/reservations/sessions/${sessionId}/availability`;
  return await waitFor(async () => {
    const response = await fetch(url);
    const bits = new Uint8Array(await response.arrayBuffer());
    const isThere = readUnit(bits, unit) === unitState.taken;
    return isThere ? response.headers.get('etag')?.replaceAll(/W\/|"/g, '') : undefined;
  });
}

const states = ({ seats }: Page) => seats.map((seat) => ['free', 'held', 'taken', 'blocked'][seat]);
const threeSold = ['taken', 'taken', 'taken', 'free'];

describe('case 15: a page that comes back after more changes than are kept', () => {
  it('is told everything, and shows no stale seat', async () => {
    const sessionId = world.addSession();
    const page = await leavesEarly(world, sessionId);
    await changeMuch(sessionId);
    const moved = elsewhere(world, sessionId, page);
    // At its own one, what it has missed may be little once it is put together.
    await Promise.all([page.open(), moved.open()]);
    await waitFor(() => moved.events.length > 0);
    expect(moved.events[0]?.event).toBe('snapshot');
    // Of pages too.
    expect(await world.verdict()).toEqual([]);
    for (const each of [page, moved]) {
      expect(states(each).slice(0, 4)).toEqual(threeSold);
      each.close();
    }
  }, 120_000);

  it('shows as free what is sold if nobody looks what it has seen, which the judge sees', async () => {
    await using trusting = await startWorld();
    const sessionId = trusting.addSession();
    const page = await leavesEarly(trusting, sessionId);
    const moved = elsewhere(trusting, sessionId, page);
    // No replica can be told not to compare: to one that did not, this would be the same page.
    moved.lastId = await versionWith(trusting, sessionId, 2);
    await moved.open();
    await trusting.customer().hold({ sessionId, seats: [5] });
    await waitFor(() => states(moved)[5] === 'held');
    expect(await trusting.peek()).toContainEqual(
      expect.stringMatching(/^unit 1 of .* is shown as free by page 2, and is sold$/),
    );
    moved.close();
  }, 120_000);
});

describe('while performances is away', () => {
  it(
    'sessions that are known keep selling, also at a replica that has just started',
    async () => {
      const sessionIds = [world.addSession(), world.addSession()];
      for (const sessionId of sessionIds) await world.customer().hold({ sessionId, seats: [69] });
      // People are asked about by the same double; those who are known are known.
      const regulars = Array.from({ length: 8 }, () => world.customer());
      for (const [turn, regular] of regulars.entries()) {
        const held = await regular.hold({ sessionId: sessionIds[0] ?? '', seats: [60 + turn] });
        if (!held?.payment) throw new Error('the seats are free, and cost something');
        await regular.book(held, world.authorise({ orderId: held.payment.orderId, amount: held.total }));
      }
      world.server.neighbours.away = true;
      try {
        world.urls.push(await world.server.startApi());
        let turn = 0;
        const customer = () => regulars[(turn += 1) % regulars.length] ?? world.customer();
        const crowd = world.crowd({ sessionIds, customer, units: 50, cancels: 1 });
        await waitFor(() => crowd.bought >= 8 * scale, { timeoutMs: 60_000 * scale });
        await crowd.stop();
      } finally {
        world.server.neighbours.away = false;
      }
      expect(await world.verdict()).toEqual([]);
    },
    120_000 * scale,
  );
});
