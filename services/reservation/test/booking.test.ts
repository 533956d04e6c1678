import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { readUnit } from '../seats/index.ts';
import { refusal } from './buyer.ts';
import { startWithServers } from './reservation-server.ts';
import { makeShow } from './shows.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.desk.behaviour = 'approve';
});

const addShow = (options?: Parameters<typeof makeShow>[0]) => server.neighbours.add(makeShow(options)).session.id;
const claims = async (sessionId: string) => {
  const rows = await server.database.query('SELECT unit, state FROM seat_claims WHERE session_id = ? ORDER BY unit', [
    sessionId,
  ]);
  return (rows as { unit: number; state: string }[]).map(({ unit, state }) => `${unit} ${state}`);
};
/** Of each unit, as pages are shown it. */
const states = async (sessionId: string) => {
  const answer = await fetch(`${server.url}/api/reservations/sessions/${sessionId}/availability`);
  const bits = new Uint8Array(await answer.arrayBuffer());
  return Array.from({ length: 70 }, (_, unit) => readUnit(bits, unit));
};

describe('a hold', () => {
  it('has what a page needs, with prices of the server', async () => {
    const sessionId = addShow();
    const held = await server.buyer().hold({ sessionId, seats: [9, 10] });
    expect(held).toMatchObject({
      sessionId,
      seats: [
        { unit: 9, grade: 'VIP', price: 140_000, label: { section: 'A', floor: '1', row: '1', number: '10' } },
        { unit: 10, grade: 'R', price: 99_000, label: { section: 'A', floor: '1', row: '2', number: '1' } },
      ],
      ticketTotal: 239_000,
      fee: 4000,
      total: 243_000,
      extendable: true,
    });
    const left = Date.parse(held.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(6 * 60_000);
    expect(left).toBeLessThan(7 * 60_000 + 5_000);
  });

  it('is all of the seats or none', async () => {
    const sessionId = addShow();
    await server.buyer().hold({ sessionId, seats: [3] });
    const other = server.buyer();
    expect(await refusal(other.hold({ sessionId, seats: [2, 3] }))).toMatchObject({
      status: 409,
      code: 'seats_taken',
      extensions: { seats: [3] },
    });
    expect(await other.hold({ sessionId, seats: [2] })).toMatchObject({ seats: [{ unit: 2 }] });
  });

  it('is the same for the same key, and cannot be another', async () => {
    const sessionId = addShow();
    const buyer = server.buyer();
    const key = newId();
    const first = await buyer.hold({ sessionId, seats: [1, 2] }, key);
    expect(await buyer.hold({ sessionId, seats: [1, 2] }, key)).toEqual(first);
    expect(await refusal(buyer.hold({ sessionId, seats: [3] }, key))).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
  });

  it.each([
    { grade: 'VIP', quantity: 10, times: 1, units: [0, 9] },
    { grade: '스탠딩', quantity: 20, times: 2, units: [30, 69] },
  ] as const)('is the same for the same key when it took the last of grade $grade', async (last) => {
    const { grade, quantity, times, units } = last;
    const sessionId = addShow({ perMemberLimit: 40 });
    const buyer = server.buyer();
    const key = newId();
    for (let time = 1; time < times; time += 1) await buyer.hold({ sessionId, grade, quantity });
    const held = await buyer.hold({ sessionId, grade, quantity }, key);
    // The replica's memory knows it too.
    await waitFor(async () => (await states(sessionId)).slice(units[0], units[1] + 1).every((state) => state === 1));
    expect(await refusal(server.buyer().hold({ sessionId, grade, quantity: 1 }))).toMatchObject({ code: 'sold_out' });
    expect(await buyer.hold({ sessionId, grade, quantity }, key)).toEqual(held);
  });

  it('is of the best seats that are together', async () => {
    const sessionId = addShow();
    const { seats } = await server.buyer().hold({ sessionId, grade: 'VIP', quantity: 2 });
    expect(seats.map(({ unit }) => unit)).toEqual([4, 5]);
    const standing = await server.buyer().hold({ sessionId, grade: '스탠딩', quantity: 3 });
    expect(standing.seats.map(({ label }) => label.number)).toEqual(['1', '2', '3']);
  });

  it('says when a grade is sold out, and knows no other grades', async () => {
    const sessionId = addShow({ perMemberLimit: 40 });
    await server.buyer().hold({ sessionId, grade: 'VIP', quantity: 10 });
    expect(await refusal(server.buyer().hold({ sessionId, grade: 'VIP', quantity: 1 }))).toMatchObject({
      status: 409,
      code: 'sold_out',
    });
    expect(await refusal(server.buyer().hold({ sessionId, grade: 'S', quantity: 1 }))).toMatchObject({
      status: 422,
      code: 'grade_unknown',
    });
  });

  it('cannot be larger than the limit, also not in parts or by repeating a seat', async () => {
    const sessionId = addShow();
    const buyer = server.buyer();
    expect(await refusal(buyer.hold({ sessionId, seats: [0, 1, 2, 3, 4] }))).toMatchObject({ code: 'over_limit' });
    await buyer.hold({ sessionId, seats: [0, 1, 2] });
    expect(await refusal(buyer.hold({ sessionId, seats: [3, 4] }))).toMatchObject({ status: 409, code: 'over_limit' });
    expect(await refusal(server.buyer().hold({ sessionId, seats: [5, 5] }))).toMatchObject({
      status: 422,
      code: 'seats_invalid',
    });
    expect(await refusal(server.buyer().hold({ sessionId, seats: [70] }))).toMatchObject({
      status: 422,
      code: 'seats_invalid',
    });
  });

  it('is let go, extended once, and found again, by its owner only', async () => {
    const sessionId = addShow();
    const [owner, other] = [server.buyer(), server.buyer()];
    const held = await owner.hold({ sessionId, seats: [0] });
    const params = { holdId: held.id };
    expect((await owner.client.getHold({ ...owner.auth, params })).body).toMatchObject({
      id: held.id,
      seats: [{ unit: 0 }],
    });
    expect(await refusal(other.client.getHold({ ...other.auth, params }))).toMatchObject({
      status: 404,
      code: 'hold_not_found',
    });
    const extend = () => owner.client.extendHold({ ...owner.auth, params, idempotencyKey: newId() });
    expect((await extend()).body.extendable).toBe(false);
    expect(await refusal(extend())).toMatchObject({ status: 409, code: 'extended_already' });
    await other.client.releaseHold({ ...other.auth, params });
    expect(await refusal(other.hold({ sessionId, seats: [0] }))).toMatchObject({ code: 'seats_taken' });
    await owner.client.releaseHold({ ...owner.auth, params });
    await other.hold({ sessionId, seats: [0] });
    expect(await refusal(owner.book(held.id, 'key'))).toMatchObject({ status: 404, code: 'hold_not_found' });
  });

  it('is not given before the sale, after it, to the young, or without the presale code', async () => {
    const soon = addShow({ onSale: false });
    expect(await refusal(server.buyer().hold({ sessionId: soon, seats: [0] }))).toMatchObject({
      status: 409,
      code: 'not_on_sale_yet',
    });
    const past = addShow({ startsInDays: -1 });
    expect(await refusal(server.buyer().hold({ sessionId: past, seats: [0] }))).toMatchObject({ code: 'session_past' });
    const adult = addShow({ ageLimit: 40 });
    expect(await refusal(server.buyer().hold({ sessionId: adult, seats: [0] }))).toMatchObject({
      status: 403,
      code: 'too_young',
    });
    const presale = addShow({ presale: true });
    expect(await refusal(server.buyer().hold({ sessionId: presale, seats: [0] }))).toMatchObject({
      status: 403,
      code: 'presale_code_required',
    });
    expect(await refusal(server.buyer().hold({ sessionId: presale, seats: [0], presaleCode: 'SUN' }))).toMatchObject({
      status: 403,
    });
    await server.buyer().hold({ sessionId: presale, seats: [0], presaleCode: 'MOON' });
    expect(await refusal(server.buyer().hold({ sessionId: newId(), seats: [0] }))).toMatchObject({
      status: 404,
      code: 'session_not_found',
    });
  });
});

describe('a booking', () => {
  it('is confirmed when it is paid for, and everybody hears of it', async () => {
    const sessionId = addShow();
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId, seats: [0, 1] });
    const { status, body } = await buyer.book(held.id, 'key-1');
    expect([status, body]).toMatchObject([
      201,
      { state: 'CONFIRMED', total: 284_000, tickets: [{ unit: 0, state: 'valid' }, { unit: 1 }] },
    ]);
    expect(server.desk.captured.get('key-1')).toMatchObject({ amount: 284_000, orderId: held.payment?.orderId });
    expect(await claims(sessionId)).toEqual(['0 sold', '1 sold']);
    const params = { reservationId: body.id };
    expect((await buyer.client.getReservation({ ...buyer.auth, params })).body).toEqual(body);
    expect((await buyer.client.listReservations(buyer.auth)).body.reservations).toEqual([body]);
    const other = server.buyer();
    expect(await refusal(other.client.getReservation({ ...other.auth, params }))).toMatchObject({ status: 404 });
    expect(await refusal(other.hold({ sessionId, seats: [0] }))).toMatchObject({ code: 'seats_taken' });
    const audit = await server.database.query(
      'SELECT event, to_state FROM reservation_audit WHERE reservation_id = ? ORDER BY id',
      [body.id],
    );
    expect((audit as { event: string }[]).map(({ event }) => event)).toEqual([
      'claimed',
      'payment_captured',
      'confirmed',
    ]);
  });

  it('is one, however often it is asked for with its key', async () => {
    const sessionId = addShow();
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId, seats: [0] });
    const key = newId();
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => buyer.book(held.id, 'key-2', key)));
    const bodies = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.body.id] : []));
    expect(new Set(bodies).size).toBe(1);
    expect((await buyer.book(held.id, 'key-2', key)).body).toMatchObject({ id: bodies[0], state: 'CONFIRMED' });
    expect(await refusal(buyer.book(held.id, 'key-3', key))).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    expect(server.desk.keptFor(held.payment?.orderId ?? '')).toBe(142_000);
  });

  it('needs no payment when it is free, and one when it is not', async () => {
    const free = addShow({ grades: [['초대', 0, 70]] });
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId: free, seats: [0] });
    expect(held).toMatchObject({ total: 0, fee: 0, payment: null });
    expect(await refusal(buyer.book(held.id, 'key'))).toMatchObject({ status: 422, code: 'payment_not_needed' });
    expect((await buyer.book(held.id)).body).toMatchObject({ state: 'CONFIRMED', total: 0 });
    const paid = await buyer.hold({ sessionId: addShow(), seats: [0] });
    expect(await refusal(buyer.book(paid.id))).toMatchObject({ status: 422, code: 'payment_required' });
    expect((await buyer.book(paid.id, 'key-4')).body).toMatchObject({ state: 'CONFIRMED' });
  });

  it('may be paid for with another card when one is declined', async () => {
    const sessionId = addShow();
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId, seats: [0] });
    server.desk.behaviour = 'decline';
    expect(await refusal(buyer.book(held.id, 'bad-card'))).toMatchObject({ status: 402, code: 'payment_declined' });
    server.desk.behaviour = 'approve';
    expect((await buyer.book(held.id, 'good-card')).body).toMatchObject({ state: 'CONFIRMED' });
    expect(await claims(sessionId)).toEqual(['0 sold']);
  });

  it('is found out about when the payment service does not answer', async () => {
    const sessionId = addShow();
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId, seats: [0] });
    server.desk.behaviour = 'lose-answer';
    const { status, body } = await buyer.book(held.id, 'key-5');
    expect([status, body.state]).toEqual([202, 'CLAIMED']);
    await server.database.query('UPDATE reservations SET due_at = NOW(3) WHERE id = ?', [body.id]);
    const params = { reservationId: body.id };
    await waitFor(
      async () => (await buyer.client.getReservation({ ...buyer.auth, params })).body.state === 'CONFIRMED',
    );
    expect(await claims(sessionId)).toEqual(['0 sold']);
  });

  it('lets the seats go when it is not paid for in time', async () => {
    const sessionId = addShow();
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId, seats: [0] });
    server.desk.behaviour = 'decline';
    await refusal(buyer.book(held.id, 'key-6'));
    await server.database.query('UPDATE reservations SET expires_at = NOW(3), due_at = NOW(3) WHERE session_id = ?', [
      sessionId,
    ]);
    await waitFor(async () => (await claims(sessionId)).length === 0);
    server.desk.behaviour = 'approve';
    const other = server.buyer();
    await waitFor(() => other.buy({ sessionId, seats: [0] }));
  });
});

describe('a cancellation', () => {
  it('gives the money back, and the seats at once', async () => {
    const sessionId = addShow();
    const buyer = server.buyer();
    const booked = await buyer.buy({ sessionId, seats: [0, 1] });
    const params = { reservationId: booked.id };
    const quote = (await buyer.client.quoteCancellation({ ...buyer.auth, params })).body;
    expect(quote).toMatchObject({ refund: 284_000, bookingFeeBack: 4000 });
    const cancel = (body: object) => buyer.client.cancel({ ...buyer.auth, params, idempotencyKey: newId(), body });
    expect(await refusal(cancel({ refund: 1 }))).toMatchObject({
      status: 409,
      code: 'quote_changed',
      extensions: { refund: 284_000 },
    });
    const [first] = booked.tickets;
    expect((await cancel({ ticketIds: [first?.id] })).body).toMatchObject({ state: 'CONFIRMED', refunded: 142_000 });
    const other = server.buyer();
    // A replica's memory hears of it in a moment.
    expect(await waitFor(() => other.hold({ sessionId, seats: [0] }))).toMatchObject({ seats: [{ unit: 0 }] });
    expect((await cancel({})).body).toMatchObject({ state: 'CANCELLED', refunded: 284_000 });
    await waitFor(async () => (await buyer.client.getReservation({ ...buyer.auth, params })).body.state === 'REFUNDED');
    expect([...server.desk.captured.values()].find(({ amount }) => amount === 284_000)).toBeDefined();
    expect(await refusal(cancel({}))).toMatchObject({ status: 409, code: 'not_cancellable' });
    expect(
      await refusal(other.client.cancel({ ...other.auth, params, idempotencyKey: newId(), body: {} })),
    ).toMatchObject({ status: 404 });
  });
});
