import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { openShow } from '../organizer/test/box-office.ts';
import { type Buyer, refusal } from './buyer.ts';
import { startWithServers } from './reservation-server.ts';
import { makeShow, type ShowOptions } from './shows.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

const about = ({ auth }: Buyer, reservationId: string) => ({ ...auth, params: { reservationId } });
const quote = async (buyer: Buyer, id: string) => (await buyer.client.quoteCancellation(about(buyer, id))).body;
const cancel = async (buyer: Buyer, id: string, body: { ticketIds?: string[] } = {}) =>
  (await buyer.client.cancel({ ...about(buyer, id), idempotencyKey: newId(), body })).body;

async function bought(options: ShowOptions) {
  const sessionId = server.neighbours.add(makeShow(options)).session.id;
  const buyer = server.buyer();
  const reservation = await buyer.buy({ sessionId, seats: [0, 1] });
  /** As performances has told meanwhile. */
  const move = (toDays: number) =>
    server.database.query('UPDATE sessions SET starts_at = NOW(3) + INTERVAL ? HOUR WHERE session_id = ?', [
      toDays * 24,
      sessionId,
    ]);
  return { sessionId, buyer, reservation, move };
}

describe('tickets of a session that was called off', () => {
  it('cost nothing to give back, also before it is their turn to be refunded', async () => {
    const { sessionId, client, keyed } = openShow(server, { startsInDays: 3 });
    const buyer = server.buyer();
    const { id, total, tickets } = await buyer.buy({ sessionId, seats: [0, 1] });
    expect((await quote(buyer, id)).refund).toBeLessThan(total);
    await server.stopWorkers();
    await client.cancelSession({ ...keyed(), body: { reason: '출연자 부상' } });
    expect(await quote(buyer, id)).toMatchObject({ refund: total, until: null });
    const [first] = tickets;
    expect(await cancel(buyer, id, { ticketIds: [first?.id ?? ''] })).toMatchObject({ refunded: total / 2 });
    expect(await cancel(buyer, id)).toMatchObject({ state: 'CANCELLED', refunded: total });
    await server.startWorker();
  });
});

describe('tickets of a session that was put on another day', () => {
  it('are not given back once it has begun', async () => {
    const { buyer, reservation, move } = await bought({ startsInDays: 20 });
    await move(-1 / 24);
    const past = { code: 'not_cancellable', extensions: { reason: 'session_past' } };
    expect(await refusal(quote(buyer, reservation.id))).toMatchObject(past);
    expect(await refusal(cancel(buyer, reservation.id))).toMatchObject(past);
  });

  it('cost no more when it is an earlier one, and can be given back until it begins', async () => {
    const { buyer, reservation, move } = await bought({ startsInDays: 20 });
    await move(1 / 24);
    const { refund, until } = await quote(buyer, reservation.id);
    expect(refund).toBe(reservation.total);
    expect(Date.parse(until ?? '')).toBeLessThan(Date.now() + 3_600_000);
  });

  it('cost what they would on a later one', async () => {
    const { buyer, reservation, move } = await bought({ startsInDays: 2 });
    const before = await quote(buyer, reservation.id);
    await move(40);
    expect((await quote(buyer, reservation.id)).refund).toBeGreaterThan(before.refund);
    expect(await cancel(buyer, reservation.id)).toMatchObject({ refunded: reservation.total });
  });
});

describe('a ticket that somebody has gone in with', () => {
  const letIn = async ({ buyer, reservation, sessionId }: Awaited<ReturnType<typeof bought>>) => {
    const { tickets } = (await buyer.client.listTickets(about(buyer, reservation.id))).body;
    const staff = server.buyer({ roles: ['staff'] });
    const scans = [{ scanId: newId(), token: tickets[0]?.token ?? '' }];
    const { results } = (await staff.client.checkIn({ ...staff.auth, body: { sessionId, gate: 'A', scans } })).body;
    expect(results).toMatchObject([{ outcome: { kind: 'admitted' } }]);
    return tickets.map(({ id }) => id);
  };

  it('is not given back, also not among others', async () => {
    const sale = await bought({ startsInDays: 20 });
    const { buyer, reservation } = sale;
    const [used = '', other = ''] = await letIn(sale);
    const refused = { status: 409, code: 'ticket_used', extensions: { tickets: [used] } };
    expect(await refusal(quote(buyer, reservation.id))).toMatchObject(refused);
    expect(await refusal(cancel(buyer, reservation.id))).toMatchObject(refused);
    expect(await cancel(buyer, reservation.id, { ticketIds: [other] })).toMatchObject({ state: 'CONFIRMED' });
    expect(await refusal(cancel(buyer, reservation.id))).toMatchObject(refused);
  });
});
