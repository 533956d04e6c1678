import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { Page } from '../../services/reservation/availability/test/page.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

/** What is shown, and what is asked of others, while the sale goes on. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

describe('case 15: a page that comes back after more changes than are kept', () => {
  it('is told everything, and shows no stale seat', async () => {
    const sessionId = world.addSession();
    const page = new Page(`${world.urls[0]}/api/reservations/sessions/${sessionId}/availability/stream`);
    await world.customer().hold({ sessionId, seats: [0] });
    await page.open();
    await waitFor(() => page.seats.length === 70);
    page.close();
    const first = page.events.length;
    // Redis keeps about 10,000.
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
    await world.customer().hold({ sessionId, seats: [1, 2] });
    // At a replica that was not there then. At its own one, what it has missed may be little once it is put together.
    const elsewhere = new Page(
      `${await world.server.startApi()}/api/reservations/sessions/${sessionId}/availability/stream`,
    );
    elsewhere.lastId = page.lastId;
    await Promise.all([page.open(), elsewhere.open()]);
    await waitFor(() => elsewhere.events.length > 0 && page.events.length > first);
    expect(elsewhere.events[0]?.event).toBe('snapshot');
    const shown = async () => {
      const { pictures } = await world.trial();
      return pictures.filter((picture) => picture.sessionId === sessionId).map(({ shown: units }) => units.join());
    };
    const names = ['free', 'held', 'taken', 'blocked'];
    const seen = ({ seats }: Page) => seats.map((seat) => names[seat]).join();
    await waitFor(async () => new Set([...(await shown()), seen(page), seen(elsewhere)]).size === 1);
    page.close();
    elsewhere.close();
    expect(await world.verdict()).toEqual([]);
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
