import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberWithdrawn } from '@ticketaka/members/api';
import { changeFeed, sessionCancelled } from '@ticketaka/performances/api';
import { createEnvelope } from '@ticketaka/platform/broker';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import type { Crowd } from './crowd.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

/** Messages wait, come again, come in another order. Each has its effect once, and none is lost. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

const sellOn = async (crowd: Crowd, more: number) => {
  const before = crowd.bought;
  await waitFor(() => crowd.bought >= before + more, { timeoutMs: 60_000 * scale });
};
const addSessions = (of = world) => Array.from({ length: 2 + scale }, () => of.addSession());

describe('case 6: whoever consumes', () => {
  it(
    'fails twice, is away for a while, and dies before the acknowledgement: each event comes, once in effect',
    async () => {
      const seen = new Map<string, number>();
      world.ears.before = async ({ id }, deliveryCount) => {
        seen.set(id, deliveryCount);
        if (deliveryCount < 3) throw new Error('not yet');
      };
      const crowd = world.crowd({ sessionIds: addSessions() });
      await sellOn(crowd, 3);
      await waitFor(() => Math.max(0, ...seen.values()) >= 3, { timeoutMs: 60_000 });
      // Away with messages in hand that it has not acknowledged.
      const { promise: never, resolve } = Promise.withResolvers<void>();
      world.ears.before = () => never;
      await sellOn(crowd, 3);
      const stopping = world.ears.stop();
      resolve();
      await stopping;
      await sellOn(crowd, 3 * scale);
      await crowd.stop();
      world.ears.before = async () => undefined;
      await world.ears.start();
      expect(await world.verdict()).toEqual([]);
    },
    180_000 * scale,
  );

  it('is the worker itself: a member leaves three times, and what cannot be read is set aside', async () => {
    const sessionId = world.addSession();
    const customer = world.customer();
    const { memberId } = customer.buyer;
    const held = await customer.hold({ sessionId, seats: [0] });
    if (!held?.payment) throw new Error('the seats are free, and cost something');
    await customer.book(held, world.authorise({ orderId: held.payment.orderId, amount: held.total }));
    const known = async () => {
      const { rows } = await sql`SELECT member_id FROM buyers WHERE member_id = ${memberId} AND NOT erased`.execute(
        world.db.kysely,
      );
      return rows.length;
    };
    expect(await known()).toBe(1);
    await world.server.stopWorkers();
    world.server.neighbours.left.add(memberId);
    const body = createEnvelope(memberWithdrawn, { memberId, at: new Date().toISOString() }, { service: 'members' });
    const publish = (message: object, messageId: string) =>
      world.broker?.publishRaw({
        exchange: 'members',
        routingKey: memberWithdrawn.type,
        body: message,
        messageId,
        headers: {},
      });
    for (let time = 0; time < 3; time += 1) await publish(body, body.id);
    await publish({ what: 'is this' }, newId());
    await delay(scale > 1 ? 20_000 : 0);
    await world.server.startWorker();
    await waitFor(async () => (await known()) === 0, { timeoutMs: 30_000 });
    const dead = `reservation.${memberWithdrawn.type}.dead`;
    await waitFor(async () => (await world.broker?.queueLength(dead)) === 1, { timeoutMs: 30_000 });
    expect(await world.verdict()).toEqual([]);
  }, 120_000);

  it('hears of sessions that were called off three times, and of older changes behind newer ones', async () => {
    const { shows } = world.server.neighbours;
    const [cancelled = '', sold = '', last = ''] = [0, 1, 2].map(() => world.addSession());
    for (const sessionId of [cancelled, sold, last]) {
      const show = shows.get(sessionId);
      if (show) shows.set(sessionId, { ...show, version: 3 });
      for (const at of world.urls) await world.customer({ at }).hold({ sessionId, seats: [60] });
    }
    for (const sessionId of [cancelled, sold]) {
      const customer = world.customer();
      const held = await customer.hold({ sessionId, seats: [0, 1] });
      if (!held?.payment) throw new Error('the seats are free, and cost something');
      const paymentKey = world.authorise({ orderId: held.payment.orderId, amount: held.total });
      expect(await customer.book(held, paymentKey)).toMatchObject({ state: 'CONFIRMED' });
    }
    const service = 'performances';
    const performanceOf = (sessionId: string) => shows.get(sessionId)?.performance.id ?? '';
    const publish = async (body: { readonly id: string; readonly type: string }) =>
      world.broker?.publishRaw({ exchange: service, routingKey: body.type, body, messageId: body.id, headers: {} });
    const removed = (sessionId: string, version: number) => {
      const performanceId = performanceOf(sessionId);
      return publish(createEnvelope(changeFeed, { change: 'removed', performanceId, version }, { service }));
    };
    // Of what is at version 3 by now.
    await removed(sold, 2);
    await removed(sold, 1);
    const news = { sessionId: cancelled, performanceId: performanceOf(cancelled), cancelledBy: newId() };
    world.calledOff(cancelled);
    for (let time = 0; time < 3; time += 1) await publish(createEnvelope(sessionCancelled, news, { service }));
    await removed(cancelled, 2);
    await removed(last, 4);
    // It is the newest change: whoever knows of it has heard of the others.
    for (const at of world.urls)
      await waitFor(async () => {
        const stranger = world.customer({ at });
        await stranger.hold({ sessionId: last, seats: [1] });
        return stranger.last?.kind === 'refused' && stranger.last.code === 'session_cancelled';
      });
    expect(await world.customer().hold({ sessionId: sold, seats: [5] })).toBeDefined();
    expect(await world.verdict()).toEqual([]);
  }, 120_000);
});

describe('case 6 without the ids of messages', () => {
  it('what comes again happens again, which the judge sees', async () => {
    await using naive = await startWorld({ replicas: 1 });
    naive.ears.nameOf = (id, deliveryCount) => `${id} ${deliveryCount}`;
    naive.ears.before = async (_, deliveryCount) => {
      if (deliveryCount < 2) throw new Error('not yet');
    };
    const sessionId = naive.addSession();
    const customer = naive.customer();
    const held = await customer.hold({ sessionId, seats: [0] });
    if (!held?.payment) throw new Error('the seats are free, and cost something');
    await customer.book(held, naive.authorise({ orderId: held.payment.orderId, amount: held.total }));
    await waitFor(
      async () =>
        (await naive.peek()).some((fault) => /^reservation.confirmed .* happened 1 times, and 2 messages/.test(fault)),
      { timeoutMs: 30_000 },
    );
  }, 120_000);
});

describe('case 14: RabbitMQ is away', () => {
  it(
    'sales go on, and all messages leave when it is back',
    async () => {
      await using other = await startWorld({ own: ['rabbitmq'] });
      const crowd = other.crowd({ sessionIds: addSessions(other) });
      await sellOn(crowd, 3);
      await other.rabbitmq().kill();
      // Not an outage for buyers: nobody is answered 5xx.
      await sellOn(crowd, 6 * scale);
      await delay(scale > 1 ? 60_000 : 0);
      await crowd.stop();
      expect((await other.trial()).records.outbox).toBeGreaterThan(0);
      await other.rabbitmq().start();
      expect(await other.verdict({ patienceMs: 90_000 })).toEqual([]);
    },
    240_000 * scale,
  );
});

describe('without what is kept for later', () => {
  it('an event is lost, which the judge sees', async () => {
    await using forgetful = await startWorld({ own: ['rabbitmq'], replicas: 1 });
    await forgetful.rabbitmq().kill();
    const sessionId = forgetful.addSession();
    const customer = forgetful.customer();
    const held = await customer.hold({ sessionId, seats: [0] });
    if (!held?.payment) throw new Error('the seats are free, and cost something');
    await customer.book(held, forgetful.authorise({ orderId: held.payment.orderId, amount: held.total }));
    await sql`DELETE FROM outbox`.execute(forgetful.db.kysely);
    expect(await forgetful.peek()).toContainEqual(
      expect.stringMatching(/^reservation.confirmed .* happened 1 times, and 0/),
    );
  }, 120_000);
});
