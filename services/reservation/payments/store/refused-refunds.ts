import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** A refund that the payment service will never make. */
export interface RefusedRefund {
  readonly id: string;
  readonly reservationId: string;
  /** Won. */
  readonly amount: number;
  readonly reason: string;
  /** Why, as the payment service calls it. */
  readonly code: string;
  readonly provider: string;
  /** What the payment service calls the payment. */
  readonly providerKey: string;
  readonly refusedAt: Date;
}

/** Those that are open, by id: oldest first. @param page.after the id to go on behind */
export async function refusedRefunds(
  db: Executor,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly RefusedRefund[]> {
  const { rows } = await sql<RefusedRefund>`
    SELECT f.id, f.reservation_id AS reservationId, f.amount, f.reason, COALESCE(f.code, '') AS code, p.provider,
      p.provider_key AS providerKey, f.updated_at AS refusedAt
    FROM refunds f JOIN payments p ON p.id = f.payment_id
    WHERE f.state = 'refused' ${after === undefined ? sql`` : sql`AND f.id > ${after}`}
    ORDER BY f.id LIMIT ${sql.lit(limit)}`.execute(db);
  return rows;
}

export interface HandSettlement {
  readonly id: string;
  /** Who says so. */
  readonly by: string;
  /** How the money was given back. */
  readonly how: string;
}

export interface SettledRefund {
  readonly id: string;
  readonly reservationId: string;
  readonly amount: number;
  readonly settledBy: string;
  readonly how: string;
  readonly settledAt: Date;
}

/**
 * Says of a refund that was refused how its money was given back all the same. What was said first stays.
 * @returns undefined when there is none such; `isNew` when it was open until now
 */
export async function settleRefused(
  trx: Executor,
  { id, by, how }: HandSettlement,
): Promise<(SettledRefund & { readonly isNew: boolean }) | undefined> {
  const { numAffectedRows } = await sql`
    UPDATE refunds SET state = 'settled', settled_by = ${by}, settled_how = ${how}, settled_at = NOW(3)
    WHERE id = ${id} AND state = 'refused'`.execute(trx);
  const { rows } = await sql<SettledRefund>`
    SELECT id, reservation_id AS reservationId, amount, settled_by AS settledBy, settled_how AS how,
      settled_at AS settledAt
    FROM refunds WHERE id = ${id} AND state = 'settled'`.execute(trx);
  return rows[0] && { ...rows[0], isNew: numAffectedRows === 1n };
}
