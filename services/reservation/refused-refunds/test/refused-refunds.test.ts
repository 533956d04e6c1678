import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { type Buyer, refusal } from '../../test/buyer.ts';
import { PaymentDesk } from '../../test/payment-desk.ts';
import { startWithServers } from '../../test/reservation-server.ts';
import { makeShow } from '../../test/shows.ts';

/** A card that was closed takes nothing back. */
class ClosedCards extends PaymentDesk {
  readonly closed = new Set<string>();

  override async cancel(request: Parameters<PaymentDesk['cancel']>[0]) {
    if (!this.closed.has(request.paymentKey)) return await super.cancel(request);
    return { kind: 'refused', code: 'NOT_CANCELABLE_PAYMENT' } as const;
  }
}

const desk = new ClosedCards();
let server: Awaited<ReturnType<typeof startWithServers>>;
let admin: Buyer;
beforeAll(async () => {
  server = await startWithServers({ payments: desk });
  admin = server.buyer({ roles: ['admin'] });
}, 90_000);
afterAll(() => server[Symbol.asyncDispose]());

const how = '계좌 이체, 2026-11-20, 전표 4711';
const open = async () => (await admin.client.listRefusedRefunds({ ...admin.auth, query: {} })).body.refunds;
const settle = (by: Buyer, refundId: string, told = how) =>
  by.client.settleRefusedRefund({ ...by.auth, params: { refundId }, idempotencyKey: newId(), body: { how: told } });

/** Books two seats, and gives them back one after the other to a card that was closed in between, or not. */
async function givenBack(closed: 'before the first' | 'before the second') {
  const sessionId = server.neighbours.add(makeShow()).session.id;
  const buyer = server.buyer();
  const held = await buyer.hold({ sessionId, seats: [0, 1] });
  const paymentKey = `key-${newId()}`;
  const { body: booked } = await buyer.book(held.id, paymentKey);
  const params = { reservationId: booked.id };
  const read = async () => (await buyer.client.getReservation({ ...buyer.auth, params })).body;
  const refunds = async () => {
    const rows = await server.database.query('SELECT state FROM refunds WHERE reservation_id = ? ORDER BY id', [
      booked.id,
    ]);
    return (rows as { state: string }[]).map(({ state }) => state);
  };
  for (const [index, { id }] of booked.tickets.entries()) {
    if (index === 0 ? closed === 'before the first' : closed === 'before the second') desk.closed.add(paymentKey);
    else desk.closed.delete(paymentKey);
    await buyer.client.cancel({ ...buyer.auth, params, idempotencyKey: newId(), body: { ticketIds: [id] } });
    await waitFor(async () => !(await refunds()).includes('waiting'), { timeoutMs: 30_000 });
  }
  const own = (await open()).filter(({ reservationId }) => reservationId === booked.id);
  return { buyer, paymentKey, read, refunds, own, id: booked.id };
}

it.each(['before the first', 'before the second'] as const)(
  'a reservation with a refund that was refused %s ends when somebody has given the money back by hand',
  async (closed) => {
    const { paymentKey, read, refunds, own, id } = await givenBack(closed);
    const [refused] = own;
    expect(own).toMatchObject([
      { reservationId: id, amount: 142_000, code: 'NOT_CANCELABLE_PAYMENT', provider: 'toss', paymentKey },
    ]);
    // What is owed is owed, however many of its refunds were made.
    expect(await read()).toMatchObject({ state: 'CANCELLED', refunded: 284_000 });

    const refundId = refused?.id ?? '';
    const settled = (await settle(admin, refundId)).body;
    expect(settled).toMatchObject({ id: refundId, amount: 142_000, settledBy: admin.memberId, how });
    expect(await read()).toMatchObject({ state: 'REFUNDED' });
    expect((await open()).map(({ id: other }) => other)).not.toContain(refundId);
    expect((await refunds()).toSorted()).toEqual(['done', 'settled']);
    const audit = await server.database.query(
      "SELECT member_id, to_state, detail FROM reservation_audit WHERE reservation_id = ? AND event = 'refund_settled' ORDER BY id DESC LIMIT 1",
      [id],
    );
    const detail = JSON.stringify({ amount: 142_000, refund: refundId, byHand: true });
    expect(audit).toMatchObject([{ member_id: admin.memberId, to_state: 'REFUNDED', detail }]);

    // Whoever says it again is told what was said first, and nobody is told twice.
    const again = server.buyer({ roles: ['admin'] });
    expect((await settle(again, refundId, 'cash')).body).toEqual(settled);
    const notices = await server.database.query(
      "SELECT id FROM notices WHERE reservation_id = ? AND kind = 'refunded'",
      [id],
    );
    expect(notices).toHaveLength(2);
  },
  60_000,
);

it('are for admins alone, and none that is waiting or made can be closed', async () => {
  const { own, id } = await givenBack('before the first');
  const refundId = own[0]?.id ?? '';
  for (const roles of [[], ['staff'], ['organizer']] as const) {
    const other = server.buyer({ roles });
    expect((await refusal(settle(other, refundId))).status).toBe(403);
    expect((await refusal(other.client.listRefusedRefunds({ ...other.auth, query: {} }))).status).toBe(403);
  }
  expect((await open()).map((refund) => refund.id)).toContain(refundId);
  const rows = await server.database.query("SELECT id FROM refunds WHERE reservation_id = ? AND state = 'done'", [id]);
  const [made] = rows as { id: string }[];
  expect(await refusal(settle(admin, made?.id ?? ''))).toMatchObject({ status: 404, code: 'refund_not_found' });
});
