import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { reissue } from '../reissue.ts';
import { kindsOf, scanOf, startTickets, type TicketFixture } from './ticket-fixture.ts';

const by = newId();
let fixture: TicketFixture;
beforeAll(async () => {
  fixture = await startTickets();
}, 60_000);
afterAll(() => fixture[Symbol.asyncDispose]());

it('makes the old code admit nobody, and the new one somebody', async () => {
  const reservationId = newId();
  const old = await fixture.ticket({ reservationId });
  const { sessionId, ticketId } = old;
  expect(await reissue(fixture.db, { reservationId, ticketId, by })).toBe('reissued');
  expect(kindsOf(await fixture.checkIn({ sessionId, scans: [scanOf(old)] }))).toEqual(['superseded']);
  const fresh = { ...old, serial: 1 };
  expect(kindsOf(await fixture.checkIn({ sessionId, scans: [scanOf(fresh)] }))).toEqual(['admitted']);
  expect(await reissue(fixture.db, { reservationId, ticketId, by })).toBe('used');
});

it('is of one ticket of one reservation, while it is valid', async () => {
  const reservationId = newId();
  const { ticketId } = await fixture.ticket({ reservationId, state: 'cancelled' });
  expect(await reissue(fixture.db, { reservationId, ticketId, by })).toBe('not-valid');
  const other = await fixture.ticket();
  expect(await reissue(fixture.db, { reservationId, ticketId: other.ticketId, by })).toBe('not-valid');
});

it('and check-in at once: either the old code was let in, or it is void', async () => {
  for (let round = 0; round < 25; round += 1) {
    const reservationId = newId();
    const old = await fixture.ticket({ reservationId });
    const { sessionId, ticketId } = old;
    const [outcome, report] = await Promise.all([
      reissue(fixture.db, { reservationId, ticketId, by }),
      fixture.checkIn({ sessionId, scans: [scanOf(old)] }),
    ]);
    const letIn = kindsOf(report)[0];
    expect([outcome, letIn]).toEqual(letIn === 'admitted' ? ['used', 'admitted'] : ['reissued', 'superseded']);
  }
});
