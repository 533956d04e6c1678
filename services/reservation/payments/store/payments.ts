import { type Executor, insertRows, isDuplicateKey } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import type { PaymentState } from './schema.ts';

export interface NewPayment {
  readonly id: string;
  readonly reservationId: string;
  /** `toss` */
  readonly provider: string;
  readonly providerKey: string;
  readonly orderId: string;
  /** Won. */
  readonly amount: number;
}

export interface Capture {
  readonly approvedAt: Date;
  readonly method: string;
  readonly receiptUrl?: string | undefined;
}

export interface CapturedPayment extends NewPayment, Capture {}

export interface StoredPayment extends NewPayment {
  readonly state: PaymentState;
  readonly refunding: number;
  readonly refunded: number;
  readonly method: string | null;
  readonly receiptUrl: string | null;
  readonly approvedAt: Date | null;
}

/** Before the payment service is asked, so that a payment whose process died is known. */
export async function insertInitiated(trx: Executor, rows: readonly NewPayment[]): Promise<void> {
  await insertRows(
    trx,
    `INSERT INTO payments (id, reservation_id, provider, provider_key, order_id, state, amount)
     VALUES (?, ?, ?, ?, ?, 'initiated', ?)`,
    rows.map(({ id, reservationId, provider, providerKey, orderId, amount }) => {
      return [id, reservationId, provider, providerKey, orderId, amount];
    }),
  );
}

/**
 * Payments that pay for their reservations, all of a batch in one statement.
 * @throws a duplicate key, `captured_reservation` when one of the reservations is paid for already, `provider_key` when
 * one of the payments is there already; then the transaction must be rolled back
 */
export async function insertCaptured(trx: Executor, rows: readonly CapturedPayment[]): Promise<void> {
  await insertTaken(trx, rows, 'captured');
}

/**
 * One payment that pays for its reservation; when that is paid for already it is stored as voided instead, for the
 * caller to refund with `requestRefund`. The transaction goes on either way.
 * @throws a duplicate key `provider_key` when the payment is there already
 */
export async function captureOrVoid(trx: Executor, row: CapturedPayment): Promise<'captured' | 'voided'> {
  try {
    await insertTaken(trx, [row], 'captured');
    return 'captured';
  } catch (error) {
    if (!isDuplicateKey(error, 'captured_reservation')) throw error;
  }
  await insertTaken(trx, [row], 'voided');
  return 'voided';
}

/** Payments that came when there was nothing left to pay for. The caller refunds them with `requestRefund`. */
export async function insertVoided(trx: Executor, rows: readonly CapturedPayment[]): Promise<void> {
  await insertTaken(trx, rows, 'voided');
}

async function insertTaken(trx: Executor, rows: readonly CapturedPayment[], state: 'captured' | 'voided') {
  await insertRows(
    trx,
    `INSERT INTO payments (id, reservation_id, provider, provider_key, order_id, state, amount, captured_reservation,
       method, receipt_url, approved_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    rows.map((row) => {
      const { id, reservationId, provider, providerKey, orderId, amount, approvedAt, method, receiptUrl } = row;
      const paysFor = state === 'captured' ? reservationId : null;
      const taken = [method.slice(0, 64), receiptUrl ?? null, approvedAt];
      return [id, reservationId, provider, providerKey, orderId, state, amount, paysFor, ...taken];
    }),
  );
}

/**
 * Says of a payment that was initiated or unknown that it pays for its reservation.
 * @returns false when it was in another state
 * @throws a duplicate key `captured_reservation` when the reservation is paid for already
 */
export async function markCaptured(trx: Executor, id: string, capture: Capture): Promise<boolean> {
  return await markTaken(trx, { id, state: 'captured', ...capture });
}

/** Says of a payment that was initiated or unknown that it was captured for nothing. @returns false when it was not */
export async function markVoided(trx: Executor, id: string, capture: Capture): Promise<boolean> {
  return await markTaken(trx, { id, state: 'voided', ...capture });
}

async function markTaken(
  trx: Executor,
  taken: Capture & { readonly id: string; readonly state: 'captured' | 'voided' },
) {
  const { id, state, approvedAt, method, receiptUrl } = taken;
  const { numAffectedRows } = await sql`
    UPDATE payments
    SET state = ${state}, captured_reservation = IF(${state} = 'captured', reservation_id, NULL),
      method = ${method.slice(0, 64)}, receipt_url = ${receiptUrl ?? null}, approved_at = ${approvedAt}, code = NULL
    WHERE id = ${id} AND state IN ('initiated', 'unknown')`.execute(trx);
  return numAffectedRows === 1n;
}

/** @returns false when it was neither initiated nor unknown */
export async function markDeclined(trx: Executor, id: string, code: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE payments SET state = 'declined', code = ${code.slice(0, 100)}
    WHERE id = ${id} AND state IN ('initiated', 'unknown')`.execute(trx);
  return numAffectedRows === 1n;
}

/** @returns false when it was not initiated */
export async function markUnknown(trx: Executor, id: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE payments SET state = 'unknown' WHERE id = ${id} AND state = 'initiated'`.execute(trx);
  return numAffectedRows === 1n;
}

const columns = sql`
  id, reservation_id AS reservationId, provider, provider_key AS providerKey, order_id AS orderId, state, amount,
  refunding, refunded, method, receipt_url AS receiptUrl, approved_at AS approvedAt`;

/** Oldest first. */
export async function paymentsOf(db: Executor, reservationId: string): Promise<readonly StoredPayment[]> {
  const { rows } = await sql<StoredPayment>`
    SELECT ${columns} FROM payments WHERE reservation_id = ${reservationId} ORDER BY created_at, id`.execute(db);
  return rows;
}

export async function paymentById(db: Executor, id: string): Promise<StoredPayment | undefined> {
  const { rows } = await sql<StoredPayment>`SELECT ${columns} FROM payments WHERE id = ${id}`.execute(db);
  return rows[0];
}

export async function paymentByKey(
  db: Executor,
  { provider, providerKey }: Pick<NewPayment, 'provider' | 'providerKey'>,
): Promise<StoredPayment | undefined> {
  const { rows } = await sql<StoredPayment>`
    SELECT ${columns} FROM payments WHERE provider = ${provider} AND provider_key = ${providerKey}`.execute(db);
  return rows[0];
}
