import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { refusal } from '../../test/buyer.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { forgetPictures, openShow } from './box-office.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers();
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

const codeOf = async (holder: ReturnType<typeof server.buyer>, reservationId: string) => {
  const { tickets } = (await holder.client.listTickets({ ...holder.auth, params: { reservationId } })).body;
  return tickets.map(({ token }) => token ?? '');
};

describe('sales', () => {
  it('are told by grade, as they are', async () => {
    const { client, call, keyed, sessionId } = openShow(server);
    const sales = async () => (await client.getSales(call)).body;
    expect((await sales()).total).toMatchObject({ capacity: 70, free: 70, sold: 0, held: 0, wonTaken: 0 });
    const buyer = server.buyer();
    const bought = await buyer.buy({ sessionId, seats: [0, 1] });
    const [first] = bought.tickets;
    const params = { reservationId: bought.id };
    await buyer.client.cancel({
      ...buyer.auth,
      params,
      idempotencyKey: newId(),
      body: { ticketIds: [first?.id ?? ''] },
    });
    await server.buyer().hold({ sessionId, seats: [2, 10] });
    await client.block({ ...keyed(), body: { units: [3, 4, 5], reason: '카메라' } });
    await client.giveComplimentary({ ...keyed(), body: { units: [6], memberId: newId() } });
    server.desk.behaviour = 'lose-answer';
    const waiting = server.buyer();
    await waiting.book((await waiting.hold({ sessionId, seats: [7] })).id, 'sales-1');
    server.desk.behaviour = 'approve';
    await waitFor(async () => (await sales()).grades[0]?.claimed === 1);
    const { total, grades } = await sales();
    expect(grades.map(({ grade }) => grade)).toEqual(['VIP', 'R', '스탠딩']);
    expect(grades[0]).toEqual({
      grade: 'VIP',
      capacity: 10,
      sold: 1,
      claimed: 1,
      held: 1,
      blocked: 3,
      complimentary: 1,
      free: 3,
      checkedIn: 0,
      wonTaken: 280_000,
      wonRefunded: 140_000,
    });
    expect(grades[1]).toMatchObject({ capacity: 20, held: 1, free: 19 });
    expect(total).toMatchObject({ capacity: 70, sold: 1, free: 62, wonTaken: 284_000, wonRefunded: 142_000 });
  });

  it('are the business of their organiser only', async () => {
    const { sessionId } = openShow(server);
    const other = server.buyer({ roles: ['organizer'] });
    expect(await refusal(other.client.getSales({ ...other.auth, params: { sessionId } }))).toMatchObject({
      status: 403,
      code: 'not_yours',
    });
    const plain = server.buyer();
    expect(await refusal(plain.client.getSales({ ...plain.auth, params: { sessionId } }))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
  });
});

describe('complimentary tickets', () => {
  it('are among the reservations of who gets them, and admit them', async () => {
    const { client, keyed, sessionId, call } = openShow(server);
    const guest = server.buyer();
    const given = (await client.giveComplimentary({ ...keyed(), body: { units: [0, 1], memberId: guest.memberId } }))
      .body;
    expect(given.tickets).toMatchObject([{ unit: 0, grade: 'VIP', label: { section: 'A', number: '1' } }, { unit: 1 }]);
    const { reservations } = (await guest.client.listReservations(guest.auth)).body;
    expect(reservations).toMatchObject([
      { id: given.reservationId, kind: 'complimentary', state: 'CONFIRMED', total: 0 },
    ]);
    const [token = ''] = await codeOf(guest, given.reservationId);
    const staff = server.buyer({ roles: ['staff'] });
    const scans = [{ scanId: newId(), token }];
    const { results } = (await staff.client.checkIn({ ...staff.auth, body: { sessionId, gate: 'A', scans } })).body;
    expect(results).toMatchObject([{ outcome: { kind: 'admitted' }, ticket: { grade: 'VIP' } }]);
    await waitFor(async () => (await client.getSales(call)).body.total.checkedIn === 1);
    expect(await refusal(server.buyer().hold({ sessionId, seats: [0] }))).toMatchObject({ code: 'seats_taken' });
    const notices = await server.database.query('SELECT kind FROM notices WHERE reservation_id = ?', [
      given.reservationId,
    ]);
    expect(notices).toEqual([{ kind: 'confirmed' }]);
  });

  it('leave to who gets them all that they may buy, also when the picture is drawn anew', async () => {
    const { client, keyed, sessionId } = openShow(server, { perMemberLimit: 2 });
    const guest = server.buyer();
    const give = (body: object) =>
      client.giveComplimentary({ ...keyed(), body: { memberId: guest.memberId, grade: 'R', quantity: 3, ...body } });
    const { tickets, reservationId } = (await give({})).body;
    expect(tickets.map(({ grade }) => grade)).toEqual(['R', 'R', 'R']);
    expect((await guest.buy({ sessionId, seats: [0] })).state).toBe('CONFIRMED');
    await forgetPictures(server);
    expect((await guest.buy({ sessionId, seats: [1] })).state).toBe('CONFIRMED');
    expect(await refusal(guest.hold({ sessionId, seats: [2] }))).toMatchObject({ code: 'over_limit' });
    // Given back they leave the count as it is, and the seats are free at once.
    const params = { reservationId };
    await guest.client.cancel({ ...guest.auth, params, idempotencyKey: newId(), body: {} });
    expect(await refusal(guest.hold({ sessionId, seats: [2] }))).toMatchObject({ code: 'over_limit' });
    const seats = tickets.map(({ unit }) => unit).slice(0, 2);
    await waitFor(async () => (await server.buyer().hold({ sessionId, seats })).seats.length === 2);
  });

  it('are of free seats, for a member that there is, of a session that is to come', async () => {
    const { client, keyed, sessionId } = openShow(server);
    await server.buyer().hold({ sessionId, seats: [0] });
    const give = (at: ReturnType<typeof openShow>, body: object) =>
      refusal(at.client.giveComplimentary({ ...at.keyed(), body: { memberId: newId(), units: [0], ...body } }));
    const show = { client, keyed } as ReturnType<typeof openShow>;
    expect(await give(show, {})).toMatchObject({ code: 'seats_taken' });
    expect(await give(show, { units: [500] })).toMatchObject({ code: 'seats_invalid' });
    expect(await give(openShow(server, { startsInDays: -1 }), {})).toMatchObject({ code: 'session_past' });
    const memberId = newId();
    server.neighbours.left.add(memberId);
    expect(await give(show, { units: [1], memberId })).toMatchObject({ status: 422, code: 'recipient_not_found' });
    await server.buyer().hold({ sessionId, seats: [1] });
  });
});
