import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { Hold, Reservation } from '@ticketaka/reservation/api';
import { z } from 'zod';
import { expectStatus, type Person, signUp } from './people.ts';
import { platform as connect, type Platform } from './platform.ts';
import { openShow } from './show.ts';
import { mint } from './tokens.ts';
import { Visitor } from './visitor.ts';

const paymentKey = z.object({ paymentKey: z.string() });
const base = '/api/reservations';

let platform: Platform;
let buyer: Person;
let show: Awaited<ReturnType<typeof openShow>>;
beforeAll(async () => {
  platform = await connect();
  const organizer = new Visitor(platform.gateway);
  organizer.token = await (await mint(platform)).good(['organizer']);
  [show, buyer] = await Promise.all([openShow(organizer), signUp(platform)]);
  // The catalogue hears of a new session in a moment.
  const path = `/api/performances/${show.performanceId}/sessions`;
  await waitFor(async () => (await buyer.visitor.send('GET', path)).status === 200, { timeoutMs: 30_000 });
}, 240_000);
afterAll(async () => {
  await platform[Symbol.asyncDispose]();
});

const post = (by: Visitor, path: string, body: unknown) =>
  by.send('POST', base + path, { body, headers: { 'idempotency-key': randomUUID() } });

async function holdSeats(by: Visitor, wanted: object) {
  return Hold.parse(expectStatus(await post(by, '/holds', { sessionId: show.sessionId, ...wanted }), 201).body);
}

/** Agrees to pay, as a person does in the window of the payment service. */
async function agreeToPay({ payment }: z.output<typeof Hold>): Promise<string> {
  const { ports } = await platform.state();
  const response = await fetch(`http://127.0.0.1:${ports['toss']}/sandbox/payments`, {
    method: 'POST',
    body: JSON.stringify({ orderId: payment?.orderId, amount: payment?.amount }),
  });
  return paymentKey.parse(await response.json()).paymentKey;
}

async function book(by: Visitor, hold: z.output<typeof Hold>) {
  const payment = { provider: 'toss', paymentKey: await agreeToPay(hold) };
  return Reservation.parse(expectStatus(await post(by, '', { holdId: hold.id, payment }), 201).body);
}

describe('a buyer', () => {
  it('holds seats, pays, and gives one back', async () => {
    const { visitor } = buyer;
    const hold = await holdSeats(visitor, { grade: 'R', quantity: 2 });
    expect(hold.seats.map(({ label }) => label)).toMatchObject([
      { section: '1층', row: 'A' },
      { section: '1층', row: 'A' },
    ]);
    expect(hold.total).toBe(244_000);
    const booked = await book(visitor, hold);
    expect(booked).toMatchObject({ state: 'CONFIRMED', total: 244_000, show: { title: { ko: show.title } } });

    const [first] = booked.tickets;
    const cancelled = await post(visitor, `/${booked.id}/cancellation`, { ticketIds: [first?.id], refund: 122_000 });
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'CONFIRMED', refunded: 122_000 } });
    const { ports } = await platform.state();
    const ledger = async () => await (await fetch(`http://127.0.0.1:${ports['toss']}/sandbox/ledger`)).text();
    await waitFor(async () => (await ledger()).includes('122000'), { what: 'the refund', timeoutMs: 15_000 });
  }, 60_000);

  it('cannot have what somebody else has', async () => {
    const other = await signUp(platform);
    const hold = await holdSeats(buyer.visitor, { seats: [10] });
    expect(await post(other.visitor, '/holds', { sessionId: show.sessionId, seats: [10, 11] })).toMatchObject({
      status: 409,
      body: { code: 'seats_taken', seats: [10] },
    });
    expect(await other.visitor.send('GET', `${base}/holds/${hold.id}`)).toMatchObject({ status: 404 });
    await buyer.visitor.send('DELETE', `${base}/holds/${hold.id}`);
    expect(await post(other.visitor, '/holds', { sessionId: show.sessionId, seats: [10, 11] })).toMatchObject({
      status: 201,
    });
  }, 60_000);
});
