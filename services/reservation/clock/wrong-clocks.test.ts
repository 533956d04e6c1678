import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { refusal } from '../test/buyer.ts';
import { sumOf } from '../test/measured.ts';
import { startWithServers } from '../test/reservation-server.ts';
import { makeShow, type Show } from '../test/shows.ts';

const minute = 60_000;
let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());
afterEach(() => {
  jest.useRealTimers();
});

/** Sets the clock of this process, and so of the whole service in it. What is true is still known to MariaDB and Redis. */
function setClock(aheadMs: number): void {
  const timers = [
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
  ] as const;
  const others = ['nextTick', 'queueMicrotask', 'hrtime', 'performance'] as const;
  jest.useFakeTimers({ now: Date.now() + aheadMs, advanceTimers: false, doNotFake: [...timers, ...others] });
}

/** A session whose sale opens and closes so many minutes from now. */
function showSoldFrom(
  opens: number,
  closes: number,
  change: (show: Show, at: (minutes: number) => string) => void = () => undefined,
) {
  const show = makeShow();
  const at = (minutes: number) => new Date(Date.now() + minutes * minute).toISOString();
  show.session.saleWindows = [{ kind: 'general', name: null, opensAt: at(opens), closesAt: at(closes) }];
  change(show, at);
  return server.neighbours.add(show).session.id;
}

describe.each([
  ['ahead', 10],
  ['behind', -10],
])('a replica whose clock is ten minutes %s', (_, minutes) => {
  it('sells from when the sale opens to when it closes, by MariaDB', async () => {
    const [open, notYet, over] = [showSoldFrom(-5, 5), showSoldFrom(5, 60), showSoldFrom(-60, -5)];
    setClock(minutes * minute);
    const buyer = server.buyer();
    const hold = (sessionId: string) => buyer.hold({ sessionId, seats: [0] });
    expect(await hold(open)).toMatchObject({ seats: [{ unit: 0 }] });
    expect(await refusal(hold(notYet))).toMatchObject({ code: 'not_on_sale_yet' });
    expect(await refusal(hold(over))).toMatchObject({ code: 'sale_closed' });
  });

  it('sells nothing of a session that has begun, and a seat of one that has not', async () => {
    const begins = (inMinutes: number) =>
      showSoldFrom(-5, 60, (show, at) => {
        show.session.startsAt = at(inMinutes);
      });
    const [begun, toCome] = [begins(-5), begins(5)];
    setClock(minutes * minute);
    expect(await refusal(server.buyer().hold({ sessionId: begun, seats: [0] }))).toMatchObject({
      code: 'session_past',
    });
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId: toCome, seats: [0] });
    expect((await buyer.book(held.id, `key-${newId()}`)).body).toMatchObject({ state: 'CONFIRMED' });
  });

  it('is shown to monitoring', async () => {
    setClock(minutes * minute);
    const ahead = (await sumOf(server, 'clock_ahead_seconds')) / 2;
    expect(Math.abs(ahead - minutes * 60)).toBeLessThan(60);
  });
});
