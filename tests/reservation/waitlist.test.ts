import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { seatImage } from '../../services/reservation/seats/seat-image.ts';
import type { Overrides } from '../../services/reservation/wire.parts.ts';
import type { Customer } from './customer.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

const four = {
  sections: [{ kind: 'standing' as const, name: 'F', capacity: 4 }],
  grades: [['스탠딩', 50_000, 4]] as const,
};

interface Buying {
  readonly offerId?: string;
  readonly of?: World;
}

async function buy(
  customer: Customer,
  sessionId: string,
  ...[seats, { offerId, of = world } = {}]: readonly [seats: readonly number[], more?: Buying]
) {
  const held = await customer.hold({ sessionId, seats: [...seats], ...(offerId !== undefined && { offerId }) });
  if (!held?.payment) return undefined;
  return await customer.book(held, of.authorise({ orderId: held.payment.orderId, amount: held.total }));
}

describe('case 13: a seat is given back, somebody waits for it, and others want it too', () => {
  it(
    'has one owner, and that is who waited',
    async () => {
      for (let time = 0; time < 2 * scale; time += 1) {
        const sessionId = world.addSession(four);
        const owner = world.customer();
        const bought = await buy(owner, sessionId, [0, 1, 2, 3]);
        if (!bought) throw new Error('all four are free');
        const patient = world.customer();
        await waitFor(() => patient.wait(sessionId, 2));
        const over = new AbortController();
        const snatchers = Array.from({ length: 6 }, async () => {
          const stranger = world.customer();
          while (!over.signal.aborted) {
            const held = await stranger.hold({ sessionId, seats: [1] });
            if (held)
              await stranger.book(held, world.authorise({ orderId: held.payment?.orderId ?? '', amount: held.total }));
          }
        });
        await owner.cancel(
          bought,
          bought.tickets.filter(({ unit }) => unit === 1 || unit === 2).map(({ id }) => id),
        );
        const offer = await waitFor(() => patient.offered(sessionId), { timeoutMs: 30_000, intervalMs: 50 });
        const mine = await buy(
          patient,
          sessionId,
          offer.seats.map(({ unit }) => unit),
          { offerId: offer.id },
        );
        over.abort();
        await Promise.all(snatchers);
        expect(mine).toMatchObject({ state: 'CONFIRMED', tickets: [{ unit: 1 }, { unit: 2 }] });
      }
      expect(await world.verdict()).toEqual([]);
    },
    180_000 * scale,
  );
});

describe('case 13 without asking whom a seat is offered to', () => {
  it('somebody else has it, which the judge sees', async () => {
    const thiefId = newId();
    const overrides: Overrides = {
      image: (options) => seatImage(options, (lua) => lua.replace('state ~= 0 and not', 'state == 2 and not')),
    };
    const reviseSql = (text: string) =>
      text.replace('w.member_id FROM waitlist_units', `'${thiefId}' AS member_id FROM waitlist_units`);
    await using careless = await startWorld({ replicas: 1, overrides, reviseSql });
    const sessionId = careless.addSession(four);
    const owner = careless.customer();
    const bought = await buy(owner, sessionId, [0, 1, 2, 3], { of: careless });
    if (!bought) throw new Error('all four are free');
    const patient = careless.customer();
    await waitFor(() => patient.wait(sessionId, 2));
    await owner.cancel(
      bought,
      bought.tickets.slice(1, 3).map(({ id }) => id),
    );
    await waitFor(() => patient.offered(sessionId), { timeoutMs: 30_000, intervalMs: 50 });
    const thief = careless.customer({ memberId: thiefId });
    expect(await buy(thief, sessionId, [1], { of: careless })).toMatchObject({ state: 'CONFIRMED' });
    expect(await careless.peek()).toContainEqual(
      expect.stringMatching(/^unit 1 .* was offered to .*, and held by .* before that was over$/),
    );
  }, 120_000);
});
