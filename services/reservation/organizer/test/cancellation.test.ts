import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { refusal } from '../../test/buyer.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { claimsOf, openShow } from './box-office.ts';

let server: Awaited<ReturnType<typeof startWithServers>>;
beforeAll(async () => {
  server = await startWithServers({ cancellationBatch: 2 });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.desk.behaviour = 'approve';
});

type Show = ReturnType<typeof openShow>;

const reason = { reason: '출연자 부상' };
const start = async ({ client, keyed }: Show) => (await client.cancelSession({ ...keyed(), body: reason })).body;
const progress = async ({ client, call }: Show) => (await client.getSessionCancellation(call)).body;
const finished = (show: Show) => waitFor(async () => (await progress(show)).state === 'done', { timeoutMs: 60_000 });

async function rowsOf({ sessionId }: Show) {
  const rows = await server.database.query(
    'SELECT id, hold_id, state, kind, ticket_total + fee AS total FROM reservations WHERE session_id = ?',
    [sessionId],
  );
  return rows as { id: string; hold_id: string; state: string; kind: string; total: number }[];
}

/** What the payment service has of the session: nothing may be kept, and nothing given back twice. */
async function booksOf(show: Show) {
  const orders = new Set((await rowsOf(show)).map(({ hold_id: id }) => id));
  return [...server.desk.captured.values()].filter(({ orderId }) => orders.has(orderId));
}

async function allRefunded(show: Show) {
  await waitFor(async () => (await progress(show)).refunds.waiting === 0, { timeoutMs: 60_000 });
  for (const { amount, cancelled } of await booksOf(show))
    expect(cancelled.reduce((sum, each) => sum + each.amount, 0)).toBe(amount);
}

describe('a session that is called off', () => {
  it('gives everybody everything back once, also when its worker dies on the way', async () => {
    const show = openShow(server);
    const { sessionId, client, keyed } = show;
    await Promise.all(
      Array.from({ length: 30 }, (_, place) => server.buyer().buy({ sessionId, seats: [place * 2, place * 2 + 1] })),
    );
    const some = server.buyer();
    const partly = await some.buy({ sessionId, seats: [60, 61] });
    const [first] = partly.tickets;
    const params = { reservationId: partly.id };
    await some.client.cancel({ ...some.auth, params, idempotencyKey: newId(), body: { ticketIds: [first?.id ?? ''] } });
    await client.giveComplimentary({ ...keyed(), body: { units: [62], memberId: newId() } });
    server.desk.behaviour = 'decline';
    const declined = server.buyer();
    await refusal(declined.book((await declined.hold({ sessionId, seats: [63] })).id, 'no-money'));
    server.desk.behaviour = 'approve';

    await server.stopWorkers();
    const begun = await start(show);
    expect(begun).toMatchObject({ state: 'running', total: 33, done: 0, failed: 0, finishedAt: null });
    await server.startWorker();
    await waitFor(async () => (await progress(show)).done > 2);
    await server.stopWorkers();
    const halfway = await progress(show);
    expect(halfway.state).toBe('running');
    expect(halfway.done).toBeLessThan(33);
    // As if it had been killed: the lease is left.
    await server.database.query(
      'UPDATE session_cancellations SET due_at = NOW(3) + INTERVAL 1 SECOND, lease_token = UUID() WHERE session_id = ?',
      [sessionId],
    );
    await Promise.all([server.startWorker(), server.startWorker()]);
    await finished(show);
    expect(await progress(show)).toMatchObject({ id: begun.id, total: 33, done: 33, failed: 0 });
    await allRefunded(show);
    const books = await booksOf(show);
    expect(books).toHaveLength(31);
    expect(books.map(({ cancelled }) => cancelled.length).toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 30 }, () => 1),
      2,
    ]);
    expect(await claimsOf(server, sessionId)).toEqual([]);
    await waitFor(async () => (await rowsOf(show)).filter(({ state }) => state === 'REFUNDED').length === 31);
    const rest = (await rowsOf(show)).filter(({ state }) => state !== 'REFUNDED');
    expect(rest.map(({ state, kind }) => `${kind} ${state}`).toSorted()).toEqual([
      'bought EXPIRED',
      'complimentary CANCELLED',
    ]);
    const sales = (await client.getSales(show.call)).body.total;
    expect(sales.wonRefunded).toBe(sales.wonTaken);
    const told = await server.database.query(
      "SELECT COUNT(*) AS n FROM notices n JOIN reservations r ON r.id = n.reservation_id WHERE r.session_id = ? AND n.kind = 'session-cancelled'",
      [sessionId],
    );
    expect(told).toEqual([{ n: 32n }]);
  }, 120_000);

  it('is called off once, however often that is asked for', async () => {
    const show = openShow(server);
    await server.buyer().buy({ sessionId: show.sessionId, seats: [0] });
    const { id } = await start(show);
    await finished(show);
    await allRefunded(show);
    const before = await progress(show);
    const again = await Promise.all(Array.from({ length: 5 }, () => start(show)));
    expect(again.map((each) => each.id)).toEqual(Array.from({ length: 5 }, () => id));
    expect(await progress(show)).toEqual(before);
    const [entry] = await booksOf(show);
    expect(entry?.cancelled).toHaveLength(1);
  });

  it('sells nothing any more, on every replica, though performances knows nothing of it', async () => {
    const show = openShow(server);
    const { sessionId } = show;
    const other = server.buyer({ at: await server.startApi() });
    const early = server.buyer();
    const held = await early.hold({ sessionId, seats: [0] });
    await other.hold({ sessionId, seats: [1] });
    await start(show);
    const hold = { sessionId, seats: [2] };
    expect(await refusal(server.buyer().hold(hold))).toMatchObject({ status: 409, code: 'session_cancelled' });
    expect(await refusal(early.book(held.id, 'too-late'))).toMatchObject({ code: 'session_cancelled' });
    expect(server.desk.captured.has('too-late')).toBe(false);
    await waitFor(async () => (await refusal(other.hold(hold)).catch(() => undefined))?.code === 'session_cancelled');
    const give = show.client.giveComplimentary({ ...show.keyed(), body: { units: [5], memberId: newId() } });
    expect(await refusal(give)).toMatchObject({ code: 'session_cancelled' });
  });

  it('is not claimed by a replica that has not heard of it yet', async () => {
    const { sessionId } = openShow(server);
    const buyer = server.buyer();
    // The column by itself: no process is told.
    const set = (at: string) =>
      server.database.query(`UPDATE sessions SET cancelled_at = ${at} WHERE session_id = ?`, [sessionId]);
    const held = await buyer.hold({ sessionId, seats: [0] });
    await set('NOW(3)');
    await buyer.hold({ sessionId, seats: [1] });
    expect(await refusal(buyer.book(held.id, 'unheard'))).toMatchObject({ status: 409, code: 'session_cancelled' });
    expect(server.desk.captured.has('unheard')).toBe(false);
    await set('NULL');
    expect((await buyer.book(held.id, 'unheard')).body.state).toBe('CONFIRMED');
  });

  it('keeps no money of those who book at that very moment', async () => {
    const show = openShow(server);
    const { sessionId } = show;
    const buyers = Array.from({ length: 40 }, () => server.buyer());
    const holds = await Promise.all(buyers.map((buyer, unit) => buyer.hold({ sessionId, seats: [unit] })));
    const books = buyers.map((buyer, place) => buyer.book(holds[place]?.id ?? '', `moment-${place}`));
    // Some are through.
    await books[0];
    const [, ...answers] = await Promise.allSettled([start(show), ...books]);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'session_cancelled' });
    await finished(show);
    await allRefunded(show);
    expect((await rowsOf(show)).filter(({ state }) => state === 'CLAIMED' || state === 'CONFIRMED')).toEqual([]);
    expect(await claimsOf(server, sessionId)).toEqual([]);
  });

  it('waits for payments of which nobody knows yet, and gives them back', async () => {
    const show = openShow(server);
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId: show.sessionId, seats: [0] });
    server.desk.behaviour = 'lose-answer';
    const { body } = await buyer.book(held.id, 'unknown-yet');
    expect(body.state).toBe('CLAIMED');
    await start(show);
    await waitFor(async () => {
      const rows = await server.database.query('SELECT attempts FROM session_cancellations WHERE session_id = ?', [
        show.sessionId,
      ]);
      return (rows as { attempts: number }[]).some(({ attempts }) => attempts > 0);
    });
    expect(await progress(show)).toMatchObject({ state: 'running', total: 1, done: 0 });
    await server.database.query('UPDATE reservations SET due_at = NOW(3) WHERE id = ?', [body.id]);
    await finished(show);
    await allRefunded(show);
    const [{ state } = { state: '' }] = await rowsOf(show);
    expect(['CANCELLED', 'REFUNDED']).toContain(state);
    expect(server.desk.keptFor(held.payment?.orderId ?? '')).toBe(0);
  });

  it.each([
    ['gives back', true],
    // Shows that it is the cancellation which does it.
    ['would have sold for, had it not been called off,', false],
  ])('%s money that comes after the seats were let go', async (_, isCalledOff) => {
    const show = openShow(server);
    const buyer = server.buyer();
    const held = await buyer.hold({ sessionId: show.sessionId, seats: [0] });
    server.desk.behaviour = 'lose-answer';
    const { id } = (await buyer.book(held.id, `late-${isCalledOff}`)).body;
    await server.database.query('DELETE FROM seat_claims WHERE reservation_id = ?', [id]);
    await server.database.query("UPDATE tickets SET state = 'cancelled' WHERE reservation_id = ?", [id]);
    await server.database.query("UPDATE reservations SET state = 'EXPIRED', due_at = NULL WHERE id = ?", [id]);
    if (isCalledOff) {
      await start(show);
      await finished(show);
    }
    await server.database.query('UPDATE reservations SET due_at = NOW(3) WHERE id = ?', [id]);
    const expected = isCalledOff ? 'REFUNDED' : 'CONFIRMED';
    await waitFor(async () => (await rowsOf(show)).every(({ state }) => state === expected));
    expect(server.desk.keptFor(held.payment?.orderId ?? '')).toBe(isCalledOff ? 0 : 142_000);
    expect(await claimsOf(server, show.sessionId)).toEqual(isCalledOff ? [] : ['0 sold']);
  });

  it('leaves one that cannot be refunded aside, and tries it again when asked to', async () => {
    const show = openShow(server);
    const { sessionId } = show;
    const stuck = await server.buyer().buy({ sessionId, seats: [0] });
    await Promise.all([1, 2, 3].map((unit) => server.buyer().buy({ sessionId, seats: [unit] })));
    await server.database.query('UPDATE payments SET refunding = amount WHERE reservation_id = ?', [stuck.id]);
    const { id } = await start(show);
    await finished(show);
    expect(await progress(show)).toMatchObject({ total: 4, done: 3, failed: 1 });
    await server.database.query('UPDATE payments SET refunding = 0 WHERE reservation_id = ?', [stuck.id]);
    expect(await start(show)).toMatchObject({ id, state: 'running', failed: 0 });
    await finished(show);
    expect(await progress(show)).toMatchObject({ id, total: 4, done: 4, failed: 0 });
    await allRefunded(show);
  });

  it('tries again what failed although a worker is just about to write that it is done', async () => {
    const show = openShow(server);
    const { sessionId } = show;
    const stuck = await server.buyer().buy({ sessionId, seats: [0] });
    await server.database.query('UPDATE payments SET refunding = amount WHERE reservation_id = ?', [stuck.id]);
    await start(show);
    await finished(show);
    await server.stopWorkers();
    await server.database.query('UPDATE payments SET refunding = 0 WHERE reservation_id = ?', [stuck.id]);
    const lease = newId();
    await server.database.query(
      'UPDATE session_cancellations SET due_at = NOW(3) + INTERVAL 60 SECOND, lease_token = ?, finished_at = NULL WHERE session_id = ?',
      [lease, sessionId],
    );
    expect(await start(show)).toMatchObject({ state: 'running', failed: 0 });
    await server.database.query(
      'UPDATE session_cancellations SET due_at = NULL, lease_token = NULL, finished_at = NOW(3) WHERE lease_token = ?',
      [lease],
    );
    await server.startWorker();
    await waitFor(async () => (await progress(show)).done === 1, { what: 'the one that failed' });
    await allRefunded(show);
  });

  it('is the business of its organiser', async () => {
    const { sessionId, client, call } = openShow(server);
    const other = server.buyer({ roles: ['organizer', 'staff'] });
    const asked = { ...other.auth, params: { sessionId } };
    expect(
      await refusal(other.client.cancelSession({ ...asked, idempotencyKey: newId(), body: reason })),
    ).toMatchObject({ status: 403, code: 'not_yours' });
    expect(await refusal(other.client.getSessionCancellation(asked))).toMatchObject({ code: 'not_yours' });
    const plain = server.buyer();
    const mine = { ...plain.auth, params: { sessionId }, idempotencyKey: newId(), body: reason };
    expect(await refusal(plain.client.cancelSession(mine))).toMatchObject({ status: 403, code: 'forbidden' });
    expect(await refusal(client.getSessionCancellation(call))).toMatchObject({
      status: 404,
      code: 'cancellation_not_found',
    });
    expect((await server.buyer().buy({ sessionId, seats: [0] })).state).toBe('CONFIRMED');
  });
});
