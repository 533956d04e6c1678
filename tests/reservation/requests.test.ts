import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import { createClaims } from '../../services/reservation/claims/index.ts';
import { seatImage } from '../../services/reservation/seats/seat-image.ts';
import { refusal } from '../../services/reservation/test/buyer.ts';
import type { Overrides } from '../../services/reservation/wire.parts.ts';
import type { Customer } from './customer.ts';
import { duplicatesIn } from './judge.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

/** What buyers can do to a service that is well: repeat, hurry, lie. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

type Held = NonNullable<Awaited<ReturnType<Customer['hold']>>>;

async function heldBy(customer: Customer, sessionId: string, seats: readonly number[]): Promise<Held> {
  const held = await customer.hold({ sessionId, seats: [...seats] });
  if (!held) throw new Error('the seats are free');
  return held;
}
const payFor = ({ payment, total }: Held) => world.authorise({ orderId: payment?.orderId ?? '', amount: total });

/** One member at every replica at once. */
function everywhere(memberId: string, times: number) {
  return Array.from({ length: times }, (_, turn) =>
    world.customer({ memberId, at: world.urls[turn % world.urls.length] ?? '' }),
  );
}

describe('case 4: one Idempotency-Key, fifty times at once', () => {
  it(
    'is one booking with one answer, and another request with it is refused',
    async () => {
      for (let time = 0; time < scale; time += 1) {
        const sessionId = world.addSession();
        const memberId = newId();
        const many = everywhere(memberId, 50);
        const [one] = many;
        if (!one) throw new Error('there are fifty');
        const held = await heldBy(one, sessionId, [0, 1]);
        const [paymentKey, key] = [payFor(held), newId()];
        await Promise.all(many.map((customer) => customer.book(held, paymentKey, key)));
        const body = await one.book(held, paymentKey, key);
        expect(body).toMatchObject({ state: 'CONFIRMED' });
        expect(await one.book(held, paymentKey, key)).toEqual(body);
        expect(await refusal(one.buyer.book(held.id, 'another-payment', key))).toMatchObject({
          status: 422,
          code: 'idempotency_key_reused',
        });
        const holdKey = newId();
        const holds = await Promise.all(many.map((customer) => customer.hold({ sessionId, seats: [5, 6] }, holdKey)));
        expect(new Set(holds.map((hold) => hold?.id)).size).toBe(1);
      }
      expect(await world.verdict()).toEqual([]);
    },
    120_000 * scale,
  );
});

describe('case 9: many sets of seats that overlap, in any order', () => {
  it(
    'is no 5xx for anybody, and each seat once',
    async () => {
      const sessionId = world.addSession({ perMemberLimit: 8 });
      const storm = Array.from({ length: 60 * scale }, async () => {
        const customer = world.customer();
        const seats = shuffled(Array.from({ length: 12 }, (_, unit) => unit)).slice(0, 4);
        const held = await customer.hold({ sessionId, seats });
        if (held) await customer.book(held, payFor(held));
      });
      await Promise.all(storm);
      expect(await world.verdict()).toEqual([]);
    },
    120_000 * scale,
  );
});

describe('case 12: rules that buyers would go around', () => {
  it('are kept by the server: limit, window, price, repeated seats', async () => {
    const sessionId = world.addSession();
    const memberId = newId();
    const many = everywhere(memberId, 12);
    // Each alone is within the limit of four; together they are not.
    const holds = await Promise.all(
      many.map((customer, turn) => customer.hold({ sessionId, seats: [turn * 2, turn * 2 + 1] })),
    );
    const [first, second, ...others] = holds.filter((held) => held !== undefined);
    expect([first === undefined, second === undefined, others]).toEqual([false, false, []]);
    const [one] = many;
    if (!one || !first || !second) throw new Error('two of them are held');
    await Promise.all([first, second].map((held) => one.book(held, payFor(held))));
    expect(await refusal(one.buyer.hold({ sessionId, seats: [50] }))).toMatchObject({ code: 'over_limit' });

    const cheap = world.customer();
    const held = await heldBy(cheap, sessionId, [60]);
    const paid = world.authorise({ orderId: held.payment?.orderId ?? '', amount: 1_000 });
    expect(await cheap.book(held, paid)).toBeUndefined();
    expect(cheap.last).toMatchObject({ status: 402, code: 'payment_declined' });
    // The payment of a dearer order does not pay for this one either.
    const dear = await heldBy(world.customer(), sessionId, [40, 41]);
    expect(await cheap.book(held, payFor(dear))).toBeUndefined();
    expect(cheap.last).toMatchObject({ status: 402 });

    const closed = world.addSession({ onSale: false });
    expect(await refusal(cheap.buyer.hold({ sessionId: closed, seats: [0] }))).toMatchObject({
      code: 'not_on_sale_yet',
    });
    expect(await refusal(cheap.buyer.hold({ sessionId, seats: [42, 42] }))).toMatchObject({ code: 'seats_invalid' });
    expect(
      await refusal(cheap.buyer.book(`${closed}.${newId().replaceAll('-', '').slice(0, 22)}`, 'key')),
    ).toMatchObject({
      status: 404,
    });
    expect(await world.verdict()).toEqual([]);
  }, 120_000);
});

describe('case 12 without the limit in the scripts and at the claim', () => {
  it('a member buys more than is allowed, which the judge sees', async () => {
    const overrides: Overrides = {
      image: (options) =>
        seatImage(options, (lua) => lua.replace(/if count \+ size > .* then return \{'limit', count\} end/, '')),
      claims: (options) => {
        const claims = createClaims(options);
        return { ...claims, claim: (id, request) => claims.claim(id, { ...request, limit: 100 }) };
      },
    };
    await using generous = await startWorld({ replicas: 1, overrides });
    const sessionId = generous.addSession();
    const customer = generous.customer();
    for (const seats of [
      [0, 1, 2],
      [3, 4, 5],
    ]) {
      const held = await waitFor(() => customer.hold({ sessionId, seats }));
      const paymentKey = generous.authorise({ orderId: held.payment?.orderId ?? '', amount: held.total });
      expect(await customer.book(held, paymentKey)).toMatchObject({ state: 'CONFIRMED' });
    }
    expect(await generous.peek()).toContainEqual(expect.stringMatching(/^member .* has 6 units, and may have 4$/));
  }, 120_000);
});

describe('without the keys of the tables', () => {
  it('one hold is sold twice by two replicas, which the judge sees', async () => {
    await using bare = await startWorld();
    for (const statement of [
      'ALTER TABLE seat_claims DROP PRIMARY KEY, ADD KEY bare (session_id, unit)',
      'ALTER TABLE reservations DROP KEY hold, DROP KEY request, ADD KEY hold (hold_id, session_id), ADD KEY request (request_key)',
    ])
      await sql.raw(statement).execute(bare.db.kysely);
    let found: readonly string[] = [];
    // The two must meet in the same moment, which they soon do.
    for (let time = 0; time < 40 && duplicatesIn(found) === 0; time += 1) {
      const sessionId = bare.addSession();
      const memberId = newId();
      const two = bare.urls.map((at) => bare.customer({ memberId, at }));
      const held = await two[0]?.hold({ sessionId, seats: [0, 1] });
      if (!held) throw new Error('the seats are free');
      const paymentKey = bare.authorise({ orderId: held.payment?.orderId ?? '', amount: held.total });
      await Promise.all(two.map((customer) => customer.book(held, paymentKey)));
      found = await bare.peek();
    }
    expect(found).toContainEqual(expect.stringMatching(/^sold twice: unit . .* has two claims$/));
    expect(found).toContainEqual(expect.stringMatching(/ became 2 reservations$/));
  }, 120_000);
});

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
