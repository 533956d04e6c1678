import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberWithdrawn } from '@ticketaka/members/api';
import { createEnvelope } from '@ticketaka/platform/broker';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { Redis } from 'ioredis';
import { refusal } from '../../test/buyer.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { makeShow } from '../../test/shows.ts';
import {
  endOffers,
  heldShow,
  join,
  leave,
  offerOf,
  patience,
  place,
  type Server,
  soldOutShow,
  tryHold,
  unitsOf,
} from './sold-out-show.ts';

let server: Server;
/** How far the clock of the service is ahead, in milliseconds. */
let skew = 0;
beforeAll(async () => {
  server = await startWithServers({ now: () => new Date(Date.now() + skew) });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

/** A session sold out, of which the first seat was given back: two wait for it, and the first of them is offered it. */
async function offeredSeat(seats = 1) {
  const show = await soldOutShow(server, seats);
  const [first, second] = [server.buyer(), server.buyer()];
  await join(first, show.sessionId);
  await join(second, show.sessionId);
  await show.giveBack(0);
  return { ...show, first, second, offer: await offerOf(first, show.sessionId) };
}

describe('a waitlist', () => {
  it('is for what is sold out, once for each member, and says how many come before', async () => {
    const { sessionId } = await soldOutShow(server, 2);
    const [first, second] = [server.buyer(), server.buyer()];
    expect(await join(first, sessionId)).toMatchObject({
      sessionId,
      state: 'waiting',
      grade: null,
      quantity: 1,
      before: 0,
      offer: null,
    });
    expect(await join(second, sessionId, { grade: 'R', quantity: 2 })).toMatchObject({
      grade: 'R',
      quantity: 2,
      before: 1,
    });
    expect(await join(first, sessionId)).toMatchObject({ before: 0 });
    expect(await refusal(join(first, sessionId, { quantity: 2 }))).toMatchObject({
      status: 409,
      code: 'waiting_already',
    });
    const third = server.buyer();
    expect(await refusal(place(third, sessionId))).toMatchObject({ status: 404, code: 'not_waiting' });
    expect(await refusal(join(third, sessionId, { grade: 'S', quantity: 1 }))).toMatchObject({ code: 'grade_unknown' });
    expect(await refusal(join(third, sessionId, { quantity: 5 }))).toMatchObject({ status: 409, code: 'over_limit' });
    await leave(first, sessionId);
    expect(await place(first, sessionId)).toMatchObject({ state: 'left', before: null });
    expect(await place(second, sessionId)).toMatchObject({ before: 0 });
    expect(await join(first, sessionId)).toMatchObject({ before: 1 });
  });

  it('is not for what can be had, is not on sale, or is over', async () => {
    const add = (options?: Parameters<typeof makeShow>[0]) => server.neighbours.add(makeShow(options)).session.id;
    const buyer = server.buyer();
    expect(await refusal(join(buyer, add()))).toMatchObject({ status: 409, code: 'not_sold_out' });
    expect(await refusal(join(buyer, add({ onSale: false })))).toMatchObject({ code: 'not_on_sale_yet' });
    expect(await refusal(join(buyer, add({ startsInDays: -1 })))).toMatchObject({ code: 'session_past' });
    expect(await refusal(join(buyer, add({ ageLimit: 40 })))).toMatchObject({ code: 'too_young' });
    expect(await refusal(join(buyer, newId()))).toMatchObject({ status: 404, code: 'session_not_found' });
  });

  it('offers a seat that is given back to the first, by mail too, who holds and books it', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 2);
    const [first, second, stranger] = [server.buyer(), server.buyer(), server.buyer()];
    await join(first, sessionId);
    await join(second, sessionId);
    await giveBack(1);
    const offer = await offerOf(first, sessionId);
    expect(offer).toMatchObject({ seats: [{ unit: 1, grade: 'R', price: 50_000 }], total: 52_000 });
    const left = Date.parse(offer.until) - Date.now();
    expect(left).toBeGreaterThan(14 * 60_000);
    expect(left).toBeLessThan(15 * 60_000 + 5_000);
    expect(await place(second, sessionId)).toMatchObject({ state: 'waiting', before: 0, offer: null });
    expect(await tryHold(stranger, sessionId, [1])).toBe(false);
    expect(await refusal(stranger.hold({ sessionId, seats: [1], offerId: offer.id }))).toMatchObject({
      status: 409,
      code: 'offer_ended',
    });
    const mails = await waitFor(async () => {
      const envelopes = (await server.broker.take('email.realtime')).map(({ body }) => JSON.parse(body));
      const own = envelopes.filter(({ data }) => data.to.address === `${first.memberId}@example.com`);
      return own.length > 0 && own;
    }, patience);
    expect(mails).toMatchObject([{ data: { template: { name: 'waitlist-offer', until: offer.until } } }]);
    const held = await first.hold({ sessionId, seats: [1], offerId: offer.id });
    expect((await first.book(held.id, `key-${newId()}`)).body).toMatchObject({
      state: 'CONFIRMED',
      tickets: [{ unit: 1 }],
    });
    expect(await place(first, sessionId)).toMatchObject({ state: 'taken', offer: null });
  });

  it('serves a group when there is enough for it, side by side, and others meanwhile', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 5);
    const [group, single] = [server.buyer(), server.buyer()];
    await join(group, sessionId, { quantity: 2 });
    await join(single, sessionId);
    await giveBack(0);
    expect(unitsOf(await offerOf(single, sessionId))).toEqual([0]);
    const [next, last] = [server.buyer(), server.buyer()];
    await giveBack(3);
    await waitFor(() => tryHold(next, sessionId, [3]), {
      ...patience,
      what: 'a seat that nobody wants by itself to be free',
    });
    await join(last, sessionId);
    await giveBack(1);
    expect(unitsOf(await offerOf(last, sessionId))).toEqual([1]);
    await server.database.query('UPDATE waitlist SET passes = 5 WHERE member_id = ?', [group.memberId]);
    const impatient = server.buyer();
    await join(impatient, sessionId);
    await giveBack(2);
    await giveBack(4);
    expect(unitsOf(await offerOf(group, sessionId))).toEqual([2, 4]);
    expect(await place(impatient, sessionId)).toMatchObject({ state: 'waiting', before: 0 });
  });

  it('offers what becomes free because a hold ended', async () => {
    const { sessionId, holds } = await heldShow(server);
    const [first] = holds;
    const waiting = server.buyer();
    await join(waiting, sessionId, { quantity: 3 });
    await first?.release();
    const offer = await offerOf(waiting, sessionId);
    expect(unitsOf(offer)).toHaveLength(3);
    for (const unit of unitsOf(offer)) expect(first?.units).toContain(unit);
    const held = await waiting.hold({ sessionId, seats: unitsOf(offer), offerId: offer.id });
    expect((await waiting.book(held.id, `key-${newId()}`)).body.tickets).toHaveLength(3);
  });

  it('is asked first when a claim ends without a payment, and when seats are not held back any more', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 2);
    const [idler, first, second, stranger] = [server.buyer(), server.buyer(), server.buyer(), server.buyer()];
    await giveBack(0);
    const held = await waitFor(() => idler.hold({ sessionId, seats: [0] }), patience);
    server.desk.behaviour = 'decline';
    await refusal(idler.book(held.id, `key-${newId()}`));
    server.desk.behaviour = 'approve';
    await join(first, sessionId);
    await server.database.query(
      "UPDATE reservations SET expires_at = NOW(3), due_at = NOW(3) WHERE session_id = ? AND state = 'CLAIMED'",
      [sessionId],
    );
    expect(unitsOf(await offerOf(first, sessionId))).toEqual([0]);
    expect(await tryHold(stranger, sessionId, [0])).toBe(false);
    const organizerId = server.neighbours.shows.get(sessionId)?.performance.organizerId ?? '';
    const organizer = server.buyer({ memberId: organizerId, roles: ['organizer'] });
    const call = { ...organizer.auth, params: { sessionId } };
    await giveBack(1);
    const seats = { units: [1] };
    await waitFor(
      () => organizer.client.block({ ...call, idempotencyKey: newId(), body: { ...seats, reason: '카메라' } }),
      patience,
    );
    await join(second, sessionId);
    await organizer.client.releaseBlocks({ ...call, idempotencyKey: newId(), body: seats });
    expect(unitsOf(await offerOf(second, sessionId))).toEqual([1]);
  });
});

describe('a waitlist that a thousand wait in for more seats than there are', () => {
  it('offers a seat that comes back to whoever wants one alone, behind all of them', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 2);
    await server.database.query(
      `INSERT INTO waitlist (id, session_id, member_id, quantity)
       SELECT UUID(), ?, UUID(), 2 FROM seq_1_to_1000`,
      [sessionId],
    );
    const last = server.buyer();
    await join(last, sessionId);
    await giveBack(1);
    expect(unitsOf(await offerOf(last, sessionId))).toEqual([1]);
    expect(await tryHold(server.buyer(), sessionId, [1])).toBe(false);
  });
});

describe('an offer', () => {
  it('may be taken in part, and the rest goes to the next when its time is over', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 2);
    const [first, next] = [server.buyer(), server.buyer()];
    await join(first, sessionId, { quantity: 2 });
    await giveBack(0);
    await giveBack(1);
    const { id } = await offerOf(first, sessionId);
    await join(next, sessionId);
    const held = await first.hold({ sessionId, seats: [0], offerId: id });
    await first.book(held.id, `key-${newId()}`);
    expect(await place(first, sessionId)).toMatchObject({ state: 'offered', offer: { seats: [{ unit: 1 }] } });
    await endOffers(server, sessionId);
    expect(unitsOf(await offerOf(next, sessionId))).toEqual([1]);
    expect(await place(first, sessionId)).toMatchObject({ state: 'taken', offer: null });
  });

  it('goes to the next when its time is over, and to everybody when nobody waits', async () => {
    const { sessionId, first, second, offer } = await offeredSeat();
    const stranger = server.buyer();
    await endOffers(server, sessionId);
    expect(unitsOf(await offerOf(second, sessionId))).toEqual([0]);
    expect(await place(first, sessionId)).toMatchObject({ state: 'expired', offer: null });
    expect(await refusal(first.hold({ sessionId, seats: [0], offerId: offer.id }))).toMatchObject({
      code: 'offer_ended',
    });
    expect(await tryHold(stranger, sessionId, [0])).toBe(false);
    await endOffers(server, sessionId);
    await waitFor(() => tryHold(stranger, sessionId, [0]), patience);
    expect(await place(second, sessionId)).toMatchObject({ state: 'expired' });
  });

  it('goes to the next when its member leaves the waitlist', async () => {
    const { sessionId, first, second } = await offeredSeat();
    await leave(first, sessionId);
    expect(await place(first, sessionId)).toMatchObject({ state: 'left', offer: null });
    expect(unitsOf(await offerOf(second, sessionId))).toEqual([0]);
  });

  it('that was begun in time may be booked after it, and goes on when it is not', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 2);
    const [booker, idler, next] = [server.buyer(), server.buyer(), server.buyer()];
    for (const each of [booker, idler, next]) await join(each, sessionId);
    await giveBack(0);
    await giveBack(1);
    const holds = await Promise.all(
      [booker, idler].map(async (each) => {
        const { id, seats } = await offerOf(each, sessionId);
        return await each.hold({ sessionId, seats: [seats[0]?.unit ?? -1], offerId: id });
      }),
    );
    await endOffers(server, sessionId);
    const [first, second] = holds;
    expect((await booker.book(first?.id ?? '', `key-${newId()}`)).body).toMatchObject({ state: 'CONFIRMED' });
    expect(await place(booker, sessionId)).toMatchObject({ state: 'taken' });
    expect(await place(next, sessionId)).toMatchObject({ state: 'waiting' });
    await idler.client.releaseHold({ ...idler.auth, params: { holdId: second?.id ?? '' } });
    expect(unitsOf(await offerOf(next, sessionId))).toEqual([second?.seats[0]?.unit]);
    expect(await place(idler, sessionId)).toMatchObject({ state: 'expired' });
  });

  it('outlives a Redis that comes back empty', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 3);
    const [first, stranger] = [server.buyer(), server.buyer()];
    await join(first, sessionId, { quantity: 2 });
    // The first one is put back on sale, as there are not two yet, and offered with the other.
    await giveBack(0);
    await giveBack(1);
    const { id, seats } = await offerOf(first, sessionId);
    const root = new Redis(server.redis.rootUrl);
    await root.flushdb();
    root.disconnect();
    expect(await tryHold(stranger, sessionId, [0])).toBe(false);
    expect(await tryHold(stranger, sessionId, [1])).toBe(false);
    const held = await first.hold({ sessionId, seats: seats.map(({ unit }) => unit), offerId: id });
    expect((await first.book(held.id, `key-${newId()}`)).body).toMatchObject({ state: 'CONFIRMED', tickets: [{}, {}] });
  });

  it('is not to be claimed by anybody else, whatever the picture says', async () => {
    const { sessionId, giveBack } = await soldOutShow(server, 1);
    const [first, stranger] = [server.buyer(), server.buyer()];
    await join(first, sessionId);
    await giveBack(0);
    const offer = await offerOf(first, sessionId);
    const root = new Redis(server.redis.rootUrl);
    // As if the picture had lost it: 00 is free.
    const epoch = await root.get(`reservation:seats:{${sessionId}}`);
    await root.call('BITFIELD', `reservation:seats:{${sessionId}}:${epoch}:b`, 'SET', 'u2', '#0', '0');
    root.disconnect();
    const held = await stranger.hold({ sessionId, seats: [0] });
    expect(await refusal(stranger.book(held.id, `key-${newId()}`))).toMatchObject({ status: 409, code: 'seats_taken' });
    expect(await place(first, sessionId)).toMatchObject({ state: 'offered', offer: { id: offer.id } });
  });

  it('is forgotten with its member', async () => {
    const { sessionId, first, second } = await offeredSeat();
    const data = { memberId: first.memberId, at: new Date().toISOString() };
    const body = createEnvelope(memberWithdrawn, data, { service: 'members' });
    await server.broker.publishRaw({ exchange: 'members', routingKey: memberWithdrawn.type, body });
    expect(unitsOf(await offerOf(second, sessionId))).toEqual([0]);
    const rows = await server.database.query('SELECT 1 FROM waitlist WHERE member_id = ?', [first.memberId]);
    expect(rows).toEqual([]);
  });

  it('is not made any more when the sale is over', async () => {
    const { sessionId, first, second } = await offeredSeat(2);
    skew = 31 * 86_400_000;
    await waitFor(async () => (await place(second, sessionId)).state === 'closed', patience);
    await endOffers(server, sessionId);
    await waitFor(async () => (await place(first, sessionId)).state === 'expired', patience);
    skew = 0;
    await waitFor(() => tryHold(server.buyer(), sessionId, [0]), patience);
  });

  it('ends with its session, when there is no such session any more', async () => {
    const { sessionId, first, second } = await offeredSeat();
    server.neighbours.shows.delete(sessionId);
    // A worker that has never heard of it.
    await server.stopWorkers();
    await server.startWorker();
    await waitFor(async () => (await place(second, sessionId)).state === 'closed', patience);
    expect(await place(first, sessionId)).toMatchObject({ state: 'expired', offer: null });
  });
});
