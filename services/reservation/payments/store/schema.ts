import type { DueColumns } from '@ticketaka/platform/due-work';
import type { Generated } from 'kysely';

/**
 * `voided`: captured, but paying for nothing (late, or twice), and refunded whole. `refunded`: captured, and given back
 * whole since. A payment that was refunded in part stays `captured`.
 */
export type PaymentState = 'initiated' | 'captured' | 'declined' | 'unknown' | 'voided' | 'refunded';

export interface PaymentTable {
  id: string;
  reservation_id: string;
  provider: string;
  /** What the provider calls it. */
  provider_key: string;
  order_id: string;
  state: PaymentState;
  /** Won. */
  amount: number;
  /** Won that are to be given back or have been. */
  refunding: Generated<number>;
  /** Won that have been given back. */
  refunded: Generated<number>;
  /** The reservation while this pays for it. */
  captured_reservation: string | null;
  method: string | null;
  receipt_url: string | null;
  /** Why it was declined. */
  code: string | null;
  approved_at: Date | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

/** `refused`: the payment service will never make it, so somebody has to; `settled`: and has. */
export type RefundState = 'waiting' | 'done' | 'refused' | 'settled';

export interface RefundTable {
  id: string;
  payment_id: string;
  reservation_id: string;
  /** Won. */
  amount: number;
  reason: string;
  idempotency_key: string;
  state: Generated<RefundState>;
  /** When it was first asked for: from then on it may have been made. */
  sent_at: Date | null;
  cancel_key: string | null;
  code: string | null;
  settled_by: string | null;
  settled_how: string | null;
  settled_at: Date | null;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  due_at: DueColumns['due_at'];
  lease_token: Generated<DueColumns['lease_token']>;
  attempts: Generated<number>;
}

/** To be joined to the service's schema. */
export interface PaymentsSchema {
  payments: PaymentTable;
  refunds: RefundTable;
}
