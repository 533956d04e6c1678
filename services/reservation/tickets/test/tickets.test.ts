import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { countCheckIns, listRevoked, ticketsOf } from '../index.ts';
import { keys, scanOf, startTickets, type TicketFixture } from './ticket-fixture.ts';

let fixture: TicketFixture;
beforeAll(async () => {
  fixture = await startTickets();
}, 60_000);
afterAll(() => fixture[Symbol.asyncDispose]());

describe('ticketsOf', () => {
  it('gives the code of each valid ticket of the reservation, by unit, and when somebody went in', async () => {
    const reservationId = newId();
    const sessionId = newId();
    const late = await fixture.ticket({ reservationId, sessionId, unit: 9, serial: 2 });
    const gone = await fixture.ticket({ reservationId, sessionId, unit: 8, state: 'cancelled' });
    const early = await fixture.ticket({ reservationId, sessionId, unit: 7 });
    await fixture.ticket({ sessionId });
    await fixture.checkIn({ sessionId, scans: [scanOf(late)] });
    const view = (id: string, unit: number) => ({
      id,
      grade: 'VIP',
      label: { section: 'A구역', floor: '1층', row: '3', number: String(unit) },
    });
    expect(await ticketsOf(fixture.db.kysely, { reservationId, keys })).toEqual([
      { ...view(early.ticketId, 7), state: 'valid', token: keys.sign(early), checkedInAt: null },
      { ...view(gone.ticketId, 8), state: 'cancelled', token: null, checkedInAt: null },
      { ...view(late.ticketId, 9), state: 'valid', token: keys.sign(late), checkedInAt: expect.any(Date) },
    ]);
  });

  it('gives no code for a ticket that is not paid for', async () => {
    const reservationId = newId();
    await fixture.ticket({ reservationId, state: 'pending' });
    expect(await ticketsOf(fixture.db.kysely, { reservationId, keys })).toMatchObject([
      { state: 'pending', token: null },
    ]);
  });
});

describe('listRevoked', () => {
  it('names the tickets of the session with codes that are not good, and which serial still is', async () => {
    const sessionId = newId();
    await fixture.ticket({ sessionId });
    await fixture.ticket({ state: 'cancelled' });
    const cancelled = await fixture.ticket({ sessionId, state: 'cancelled', serial: 4 });
    const reissued = await fixture.ticket({ sessionId, serial: 3 });
    const listed = await listRevoked(fixture.db.kysely, sessionId);
    expect(listed).toEqual(
      [
        { ticketId: cancelled.ticketId, goodSerial: null },
        { ticketId: reissued.ticketId, goodSerial: 3 },
      ].toSorted((a, b) => (a.ticketId < b.ticketId ? -1 : 1)),
    );
  });
});

describe('countCheckIns', () => {
  it('says how many are in, of how many', async () => {
    const sessionId = newId();
    expect(await countCheckIns(fixture.db.kysely, sessionId)).toEqual({ admitted: 0, valid: 0 });
    const ticket = await fixture.ticket({ sessionId });
    await fixture.ticket({ sessionId });
    await fixture.ticket({ sessionId, state: 'cancelled' });
    await fixture.checkIn({ sessionId, scans: [scanOf(ticket)] });
    await fixture.checkIn({ sessionId, scans: [scanOf(ticket)] });
    expect(await countCheckIns(fixture.db.kysely, sessionId)).toEqual({ admitted: 1, valid: 2 });
  });
});
