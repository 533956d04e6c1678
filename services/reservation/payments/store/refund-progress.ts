import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** From now on it may have been made. @returns false when it has come to an end meanwhile */
export async function markSent(db: Executor, id: string): Promise<boolean> {
  // Both conditions: an update that changes nothing counts no row.
  await sql`
    UPDATE refunds SET sent_at = NOW(3) WHERE id = ${id} AND state = 'waiting' AND sent_at IS NULL`.execute(db);
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM refunds WHERE id = ${id} AND state = 'waiting'`.execute(db);
  return rows.length === 1;
}

interface Ended {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
}

/** @returns false when it had ended already */
export async function endRefund(trx: Executor, refund: Ended & { readonly cancelKey: string }): Promise<boolean> {
  const { id, paymentId, amount, cancelKey } = refund;
  const { numAffectedRows } = await sql`
    UPDATE refunds SET state = 'done', cancel_key = ${cancelKey}, code = NULL
    WHERE id = ${id} AND state = 'waiting'`.execute(trx);
  if (numAffectedRows !== 1n) return false;
  // MariaDB assigns from left to right: the conditions see what is refunded with this one.
  await sql`
    UPDATE payments
    SET refunded = refunded + ${amount},
      captured_reservation = IF(refunded = amount, NULL, captured_reservation),
      state = IF(state = 'captured' AND refunded = amount, 'refunded', state)
    WHERE id = ${paymentId}`.execute(trx);
  return true;
}

/** It will never be made: its amount may be given back in another way. @returns false when it had ended already */
export async function refuseRefund(trx: Executor, refund: Ended & { readonly code: string }): Promise<boolean> {
  const { id, paymentId, amount, code } = refund;
  const { numAffectedRows } = await sql`
    UPDATE refunds SET state = 'refused', code = ${code.slice(0, 100)}
    WHERE id = ${id} AND state = 'waiting'`.execute(trx);
  if (numAffectedRows !== 1n) return false;
  await sql`UPDATE payments SET refunding = refunding - ${amount} WHERE id = ${paymentId}`.execute(trx);
  return true;
}
