import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import { type OpenTestDatabase, openTestDatabase } from '@ticketaka/platform/testing';
import {
  type CapturedPayment,
  captureOrVoid,
  insertCaptured,
  insertInitiated,
  insertVoided,
  markCaptured,
  markDeclined,
  markUnknown,
  markVoided,
  type PaymentsSchema,
  paymentById,
  paymentByKey,
  payments,
  paymentsOf,
  requestRefund,
} from '../index.ts';

let db: OpenTestDatabase<PaymentsSchema>;

beforeAll(async () => {
  // Twice: one that failed half-way is run again.
  db = await openTestDatabase<PaymentsSchema>('payments', {
    migrations: { '0001-payments': payments, '0002-payments': payments },
  });
}, 60_000);
afterAll(() => db[Symbol.asyncDispose](), 30_000);

const capture = {
  approvedAt: new Date('2026-11-20T12:30:00.123Z'),
  method: '카드',
  receiptUrl: 'https://example.com/1',
};

function payment(change: Partial<CapturedPayment> = {}): CapturedPayment {
  const [reservationId, providerKey] = [newId(), `key_${newId()}`];
  const ids = { id: newId(), reservationId, orderId: reservationId, provider: 'toss', providerKey };
  return { ...ids, amount: 50_000, ...capture, ...change };
}
const stateOf = async ({ id }: { readonly id: string }) => (await paymentById(db.kysely, id))?.state;

describe('captured payments', () => {
  it('are stored many at once, and read back', async () => {
    const rows = Array.from({ length: 200 }, () => payment());
    await db.transaction((trx) => insertCaptured(trx, rows));
    const [first = payment()] = rows;
    expect(await paymentByKey(db.kysely, first)).toEqual({ ...first, state: 'captured', refunding: 0, refunded: 0 });
    expect(await paymentsOf(db.kysely, rows.at(-1)?.reservationId ?? '')).toHaveLength(1);
  });

  it('may be none', async () => {
    await db.transaction((trx) => insertCaptured(trx, []));
  });

  it('are one for a reservation: the second is a duplicate key, whoever took the money', async () => {
    const first = payment();
    const second = payment({ reservationId: first.reservationId, provider: 'other' });
    await insertCaptured(db.kysely, [first]);
    const error = await insertCaptured(db.kysely, [payment(), second]).catch((thrown: unknown) => thrown);
    expect(isDuplicateKey(error, 'captured_reservation')).toBe(true);
    expect(await stateOf(second)).toBeUndefined();
  });

  it('are one row for what the provider calls one payment', async () => {
    const first = payment();
    await insertCaptured(db.kysely, [first]);
    const again = payment({ providerKey: first.providerKey });
    const error = await insertCaptured(db.kysely, [again]).catch((thrown: unknown) => thrown);
    expect(isDuplicateKey(error, 'provider_key')).toBe(true);
  });

  it('that come second are voided, of many at once all but one, and can be given back whole', async () => {
    const { reservationId } = payment();
    const rivals = Array.from({ length: 6 }, (_, place) => payment({ reservationId, provider: `gateway${place}` }));
    const outcomes = await Promise.all(rivals.map((rival) => db.transaction((trx) => captureOrVoid(trx, rival))));
    expect(outcomes.toSorted()).toEqual(['captured', ...Array.from({ length: 5 }, () => 'voided')]);
    const voided = rivals[outcomes.indexOf('voided')];
    const refund = { paymentId: voided?.id ?? '', amount: 50_000, reason: 'paid twice', idempotencyKey: 'void' };
    expect(await db.transaction((trx) => requestRefund(trx, refund))).toMatchObject({ kind: 'requested' });
  });

  it('that came for nothing leave the reservation to be paid for', async () => {
    const late = payment();
    await insertVoided(db.kysely, [late]);
    expect(await stateOf(late)).toBe('voided');
    await insertCaptured(db.kysely, [payment({ reservationId: late.reservationId })]);
  });
});

describe('an initiated payment', () => {
  const initiated = async () => {
    const { approvedAt: _, method: __, receiptUrl: ___, ...row } = payment();
    await insertInitiated(db.kysely, [row]);
    return row;
  };

  it('may be unknown, and captured in the end', async () => {
    const { id } = await initiated();
    expect(await markUnknown(db.kysely, id)).toBe(true);
    expect(await markUnknown(db.kysely, id)).toBe(false);
    expect(await markCaptured(db.kysely, id, capture)).toBe(true);
    expect(await paymentById(db.kysely, id)).toMatchObject({ state: 'captured', ...capture });
    // It ended, whoever comes later.
    expect(await markDeclined(db.kysely, id, 'REJECT_CARD_PAYMENT')).toBe(false);
    expect(await markVoided(db.kysely, id, capture)).toBe(false);
  });

  it('may be declined, and then nothing is given back', async () => {
    const { id } = await initiated();
    expect(await markDeclined(db.kysely, id, 'REJECT_CARD_PAYMENT')).toBe(true);
    const refund = { paymentId: id, amount: 1, reason: 'x', idempotencyKey: 'x' };
    expect(await db.transaction((trx) => requestRefund(trx, refund))).toEqual({ kind: 'exceeds' });
  });

  it('cannot pay for what another has paid for', async () => {
    const row = await initiated();
    await insertCaptured(db.kysely, [payment({ reservationId: row.reservationId })]);
    await expect(markCaptured(db.kysely, row.id, capture)).rejects.toMatchObject({ errno: 1062 });
    expect(await markVoided(db.kysely, row.id, capture)).toBe(true);
  });
});
