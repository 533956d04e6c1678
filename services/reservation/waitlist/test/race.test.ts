import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { startWithServers } from '../../test/reservation-server.ts';
import {
  heldShow,
  join,
  offerOf,
  patience,
  place,
  type Server,
  soldOutShow,
  tryHold,
  unitsOf,
} from './sold-out-show.ts';

const rounds = 50;

let server: Server;
/** A second replica of the api; of the worker there are two as well. */
let other: string;
beforeAll(async () => {
  server = await startWithServers();
  other = await server.startApi();
  await server.startWorker();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

const buyers = (count: number) => Array.from({ length: count }, () => server.buyer({ at: other }));

/** Strangers try to hold a seat again and again, until one has it or it is over. @returns how many have it */
async function snatch(sessionId: string, unit: number, over: AbortController): Promise<number> {
  const strangers = Array.from({ length: 20 }, () => server.buyer());
  const won = strangers.map(async (stranger) => {
    // The seat is given back in this process too, which has to come to its turn.
    for (; !over.signal.aborted; await delay(100 * Math.random())) {
      if (!(await tryHold(stranger, sessionId, [unit]))) continue;
      over.abort();
      return true;
    }
    return false;
  });
  return (await Promise.all(won)).filter(Boolean).length;
}

describe('twenty strangers who try to hold a seat that is given back', () => {
  it('never get it while somebody waits for it', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, rounds);
    const waiting = buyers(rounds);
    for (const each of waiting) await join(each, sessionId);
    for (const [unit, first] of waiting.entries()) {
      const over = new AbortController();
      const snatched = snatch(sessionId, unit, over);
      try {
        await giveBack(unit);
        expect(unitsOf(await offerOf(first, sessionId))).toEqual([unit]);
      } finally {
        over.abort();
      }
      expect(await snatched).toBe(0);
    }
  }, 300_000);

  it('get it, one of them, when nobody waits', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 5);
    for (let unit = 0; unit < 5; unit += 1) {
      const snatched = snatch(sessionId, unit, new AbortController());
      await giveBack(unit);
      expect(await snatched).toBe(1);
    }
  }, 120_000);
});

describe('several workers that offer at once', () => {
  it('offer each seat once, in order, and write one mail for each offer', async () => {
    const seats = 40;
    const { sessionId, holds } = await heldShow(server);
    const waiting = buyers(seats / 2);
    for (const each of waiting) await join(each, sessionId, { quantity: 2 });
    // Leases keep two workers from one session: here they are taken away all the time.
    const over = new AbortController();
    const unleashed = (async () => {
      for (; !over.signal.aborted; await delay(10))
        await server.database.query('UPDATE waitlist_sessions SET due_at = NOW(3), lease_token = NULL WHERE id = ?', [
          sessionId,
        ]);
    })();
    await Promise.all(holds.slice(0, 2).map(({ release }) => release()));
    const offers = await Promise.all(waiting.map((each) => offerOf(each, sessionId)));
    over.abort();
    await unleashed;
    const units = offers.flatMap(unitsOf);
    expect(new Set(units).size).toBe(seats);
    expect(offers.map((offer) => offer.seats.length)).toEqual(waiting.map(() => 2));
    const rows = await server.database.query('SELECT unit, state FROM seat_claims WHERE session_id = ?', [sessionId]);
    expect(rows).toHaveLength(seats);
    const mails: string[] = [];
    await waitFor(async () => {
      mails.push(...(await server.broker.take('email.realtime')).map(({ body }) => body));
      return waiting.every(({ memberId }) => mails.some((mail) => mail.includes(`${memberId}@`)));
    }, patience);
    for (const { memberId } of waiting)
      expect(mails.filter((mail) => mail.includes(`${memberId}@`) && mail.includes('waitlist-offer'))).toHaveLength(1);
    for (const each of waiting) expect(await place(each, sessionId)).toMatchObject({ state: 'offered' });
  }, 120_000);
});
