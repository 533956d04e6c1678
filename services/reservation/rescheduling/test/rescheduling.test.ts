import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { Mails } from '../../notices/test/mails.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { makeShow, type Show } from '../../test/shows.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
let mails: Mails;
beforeAll(async () => {
  server = await startWithServers();
  mails = new Mails(server.broker);
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

const day = 86_400_000;

/** What performances says of it now, and a replica that hears it. */
async function moveTo(show: Show, { startsAt, version }: { readonly startsAt: string; readonly version: number }) {
  server.neighbours.add({ ...show, session: { ...show.session, startsAt }, version });
  const url = await server.startApi();
  await server.buyer({ at: url }).hold({ sessionId: show.session.id, seats: [60 + version] });
}

type Buyer = ReturnType<typeof server.buyer>;
const own = async ({ client, auth }: Buyer, reservationId: string) =>
  (await client.getReservation({ ...auth, params: { reservationId } })).body;
const quoteOf = async ({ client, auth }: Buyer, reservationId: string) =>
  (await client.quoteCancellation({ ...auth, params: { reservationId }, query: {} })).body;

describe('a session that is moved to another hour', () => {
  it('takes its bookings with it, tells their buyers, and lets them give back everything without a fee', async () => {
    const show = server.neighbours.add(makeShow({ startsInDays: 5 }));
    const sessionId = show.session.id;
    const [buyer, gone] = [server.buyer(), server.buyer()];
    const booked = await buyer.buy({ sessionId, seats: [0, 1] });
    const other = await gone.buy({ sessionId, seats: [2] });
    await gone.client.cancel({
      ...gone.auth,
      params: { reservationId: other.id },
      idempotencyKey: newId(),
      body: {},
    });
    const before = await quoteOf(buyer, booked.id);
    expect(before.refund).toBeLessThan(booked.total);
    expect(booked.rescheduledAt).toBeNull();

    const startsAt = new Date(Date.now() + 2 * day).toISOString();
    await moveTo(show, { startsAt, version: 2 });
    const moved = await waitFor(
      async () => {
        const found = await own(buyer, booked.id);
        return found.rescheduledAt !== null && found;
      },
      { what: 'the new hour' },
    );
    expect(moved).toMatchObject({ state: 'CONFIRMED', show: { ...booked.show, startsAt } });
    const [mail] = await mails.of(buyer.memberId, 'session-rescheduled');
    expect(mail).toMatchObject({ template: { show: { startsAt }, before: show.session.startsAt } });
    expect(await quoteOf(buyer, booked.id)).toMatchObject({ refund: booked.total, until: startsAt });

    // Who heard late says nothing new.
    await moveTo(show, { startsAt: show.session.startsAt, version: 1 });
    const rows = await server.database.query('SELECT starts_at FROM sessions WHERE session_id = ?', [sessionId]);
    expect(rows).toEqual([{ starts_at: new Date(startsAt) }]);

    const params = { reservationId: booked.id };
    await buyer.client.cancel({ ...buyer.auth, params, idempotencyKey: newId(), body: { refund: booked.total } });
    await waitFor(async () => (await own(buyer, booked.id)).refunded === booked.total, { what: 'the money' });
    const audit = await server.database.query(
      "SELECT reservation_id AS id, detail FROM reservation_audit WHERE event = 'rescheduled'",
    );
    expect(audit).toEqual([{ id: booked.id, detail: JSON.stringify({ before: show.session.startsAt, startsAt }) }]);
  }, 60_000);

  it('also takes what is sold at the old hour after that', async () => {
    const show = server.neighbours.add(makeShow({ startsInDays: 5 }));
    const late = server.buyer();
    const held = await late.hold({ sessionId: show.session.id, seats: [0] });
    const startsAt = new Date(Date.now() + 9 * day).toISOString();
    await moveTo(show, { startsAt, version: 2 });
    await waitFor(async () => {
      const rows = await server.database.query('SELECT attempts FROM session_reschedulings WHERE id = ?', [
        show.session.id,
      ]);
      return ((rows as { attempts: number }[])[0]?.attempts ?? 0) > 0;
    });
    // The first replica has not heard of it yet.
    const { body: booked } = await late.book(held.id, `key-${newId()}`);
    expect(booked.show.startsAt).toBe(show.session.startsAt);
    await server.database.query('UPDATE session_reschedulings SET due_at = NOW(3), lease_token = NULL WHERE id = ?', [
      show.session.id,
    ]);
    await waitFor(async () => (await own(late, booked.id)).show.startsAt === startsAt, { what: 'the new hour' });
    // When nothing of the old hour can come any more, it is over.
    await server.database.query(
      'UPDATE session_reschedulings SET changed_at = NOW(3) - INTERVAL 2 HOUR, due_at = NOW(3), lease_token = NULL WHERE id = ?',
      [show.session.id],
    );
    await waitFor(async () => {
      const rows = await server.database.query('SELECT 1 FROM session_reschedulings WHERE id = ?', [show.session.id]);
      return (rows as unknown[]).length === 0;
    });
  }, 60_000);
});
