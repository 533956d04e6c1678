import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { qrPng, qrSvg } from '@ticketaka/platform/qr';
import { type Buyer, refusal } from '../../test/buyer.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { makeShow } from '../../test/shows.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

async function bought(seats = [0]) {
  const buyer = server.buyer();
  const { session } = server.neighbours.add(makeShow());
  const { id: reservationId, tickets } = await buyer.buy({ sessionId: session.id, seats });
  const [ticket] = tickets;
  if (!ticket) throw new Error('a ticket was bought');
  return { buyer, reservationId, params: { reservationId, ticketId: ticket.id }, sessionId: session.id };
}

type Params = Awaited<ReturnType<typeof bought>>['params'];
const list = async ({ client, auth }: Buyer, reservationId: string) =>
  (await client.listTickets({ ...auth, params: { reservationId } })).body.tickets;
const svg = ({ client, auth }: Buyer, params: Params) => client.getTicketSvg({ ...auth, params });
const png = ({ client, auth }: Buyer, params: Params) => client.getTicketPng({ ...auth, params });
const reissue = ({ client, auth }: Buyer, params: Params, idempotencyKey = newId()) =>
  client.reissueTicket({ ...auth, params, idempotencyKey });
const checkedIn = ({ ticketId }: Params, sessionId: string) =>
  server.database.query(
    `INSERT INTO check_ins (ticket_id, session_id, scan_id, scanned_at, gate, member_id, offline)
     VALUES (?, ?, 'scan', NOW(3), 'north', UUID(), 0)`,
    [ticketId, sessionId],
  );

describe('the tickets of a reservation', () => {
  it('are listed with their codes, and who is in', async () => {
    const { buyer, reservationId, params, sessionId } = await bought([0, 1]);
    await checkedIn(params, sessionId);
    const tickets = await list(buyer, reservationId);
    expect(tickets).toMatchObject([
      { id: params.ticketId, grade: 'VIP', state: 'valid', label: { row: '1', number: '1' } },
      { state: 'valid', label: { number: '2' }, checkedInAt: null },
    ]);
    expect(tickets[0]?.checkedInAt).toMatch(/Z$/);
    expect(new Set(tickets.map(({ token }) => token)).size).toBe(2);
  });

  it('are shown as QR codes of their tokens, which nothing on the way may keep', async () => {
    const { buyer, reservationId, params } = await bought();
    const token = (await list(buyer, reservationId))[0]?.token ?? '';
    const [asSvg, asPng] = [await svg(buyer, params), await png(buyer, params)];
    expect(asSvg.body).toBe(qrSvg(token));
    expect(Buffer.from(asPng.body)).toEqual(Buffer.from(qrPng(token)));
    // It is a picture: its only line of pixels can be inflated.
    const data = Buffer.from(asPng.body);
    const at = data.indexOf('IDAT') + 4;
    expect(inflateSync(data.subarray(at, at + data.readUInt32BE(at - 8))).length).toBeGreaterThan(1000);
    expect(asSvg.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(asPng.headers.get('content-type')).toBe('image/png');
    for (const { headers } of [asSvg, asPng]) expect(headers.get('cache-control')).toBe('private, no-store');
  });

  it('are nobody else’s', async () => {
    const { params, reservationId } = await bought();
    const other = server.buyer();
    for (const refused of [
      list(other, reservationId),
      svg(other, params),
      png(other, params),
      reissue(other, params),
    ].map(refusal)) {
      expect(await refused).toMatchObject({ status: 404, code: 'reservation_not_found' });
    }
    const theirs = await bought();
    const mixed = { reservationId: theirs.reservationId, ticketId: params.ticketId };
    for (const refused of [svg(theirs.buyer, mixed), png(theirs.buyer, mixed), reissue(theirs.buyer, mixed)].map(
      refusal,
    )) {
      expect(await refused).toMatchObject({ status: 404, code: 'ticket_not_found' });
    }
  });

  it('have no code when they were given back', async () => {
    const { buyer, reservationId, params } = await bought();
    await buyer.client.cancel({ ...buyer.auth, params: { reservationId }, idempotencyKey: newId(), body: {} });
    expect(await list(buyer, reservationId)).toMatchObject([{ state: 'cancelled', token: null }]);
    for (const refused of [svg(buyer, params), png(buyer, params), reissue(buyer, params)].map(refusal)) {
      expect(await refused).toMatchObject({ status: 404, code: 'ticket_not_found' });
    }
  });
});

describe('a code that is made anew', () => {
  it('is another, and once for one key', async () => {
    const { buyer, reservationId, params } = await bought([0, 1]);
    const [before, other] = await list(buyer, reservationId);
    const key = newId();
    const first = (await reissue(buyer, params, key)).body;
    expect(first).toMatchObject({ id: params.ticketId, state: 'valid' });
    expect(first.token).not.toBe(before?.token);
    expect((await reissue(buyer, params, key)).body).toEqual(first);
    expect(await list(buyer, reservationId)).toEqual([first, other]);
    expect((await svg(buyer, params)).body).toBe(qrSvg(first.token ?? ''));
    const rows = await server.database.query('SELECT serial FROM tickets WHERE id = ?', [params.ticketId]);
    expect(rows).toMatchObject([{ serial: 1 }]);
    const audit = await server.database.query(
      "SELECT from_state, to_state, member_id, detail FROM reservation_audit WHERE reservation_id = ? AND event = 'ticket_reissued'",
      [reservationId],
    );
    const detail = JSON.stringify({ ticketId: params.ticketId, serial: 1 });
    expect(audit).toMatchObject([
      { from_state: 'CONFIRMED', to_state: 'CONFIRMED', member_id: buyer.memberId, detail },
    ]);
  });

  it('is none once somebody has gone in with the ticket', async () => {
    const { buyer, params, reservationId, sessionId } = await bought();
    const [before] = await list(buyer, reservationId);
    await checkedIn(params, sessionId);
    expect(await refusal(reissue(buyer, params))).toMatchObject({ status: 409, code: 'ticket_used' });
    expect((await list(buyer, reservationId))[0]?.token).toBe(before?.token);
  });
});
