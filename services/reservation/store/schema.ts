import type { DueColumns } from '@ticketaka/platform/due-work';
import type { Generated, Kysely } from 'kysely';

interface SessionTable {
  session_id: string;
  performance_id: string;
  /** A `SellableSession` of performances, as JSON. */
  document: string;
  starts_at: Date;
  /** Number of the picture in Redis: raised by whoever builds a new one. */
  epoch: Generated<number>;
  /** The history of Redis in which that picture was drawn. */
  lineage: Generated<string | null>;
  /** When performances was last asked whether it is still at its hour. */
  checked_at: Generated<Date | null>;
  updated_at: Generated<Date>;
}

export type ClaimState = 'claimed' | 'sold' | 'blocked' | 'offered';

interface SeatClaimTable {
  session_id: string;
  unit: number;
  reservation_id: string | null;
  state: ClaimState;
  changed_at: Generated<Date>;
}

interface MemberSessionTable {
  session_id: string;
  member_id: string;
  /** Units that the member has claimed or bought. */
  taken: number;
  max_units: number;
}

/** Of a reservation that is in MariaDB; before that it is a hold in Redis. */
export type StoredState = 'CLAIMED' | 'PAID' | 'CONFIRMED' | 'CANCELLED' | 'REFUNDED' | 'EXPIRED';

interface ReservationTable {
  id: string;
  session_id: string;
  performance_id: string;
  member_id: string;
  hold_id: string;
  request_key: string | null;
  request_hash: string | null;
  kind: 'bought' | 'complimentary';
  state: StoredState;
  /** Won. */
  ticket_total: number;
  fee: number;
  refunded: Generated<number>;
  /** What the payment service calls the payment; null when there is nothing to pay. */
  payment_key: string | null;
  /** Of the hold: a later one has a higher number. */
  fence: number;
  /** Name of the cancellation policy. */
  policy: string;
  starts_at: Date;
  /** What the buyer saw (`Shown`), as JSON: titles and places as they were called then. */
  shown: string;
  expires_at: Date | null;
  confirmed_at: Date | null;
  reminded_at: Date | null;
  /** When its session was moved after it was booked, the last time. */
  rescheduled_at: Generated<Date | null>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  due_at: DueColumns['due_at'];
  lease_token: Generated<DueColumns['lease_token']>;
  attempts: Generated<number>;
}

interface TicketTable {
  id: string;
  reservation_id: string;
  session_id: string;
  unit: number;
  grade: string;
  /** A `Label`, as JSON. */
  label: string;
  price: number;
  state: 'pending' | 'valid' | 'cancelled';
  /** Raised when its code is made anew: older ones admit nobody. */
  serial: Generated<number>;
  cancellation_fee: number | null;
  cancelled_at: Date | null;
}

interface AuditTable {
  id: Generated<number>;
  reservation_id: string;
  event: string;
  from_state: string;
  to_state: string;
  /** Who did it; null for the service itself. */
  member_id: string | null;
  detail: string | null;
  at: Generated<Date>;
}

interface NoticeTable {
  id: string;
  reservation_id: string;
  kind: 'confirmed' | 'cancelled' | 'refunded' | 'session-cancelled' | 'reminder';
  /** JSON. */
  detail: string;
  due_at: DueColumns['due_at'];
  lease_token: Generated<DueColumns['lease_token']>;
  attempts: Generated<number>;
}

interface BuyerTable {
  member_id: string;
  name: string;
  email: string;
  locale: 'ko' | 'en';
  birth_date: Date | string;
  /** They left: nothing is known of them, and nothing is to be. */
  erased: Generated<0 | 1>;
  fetched_at: Generated<Date>;
}

export interface Schema {
  sessions: SessionTable;
  seat_claims: SeatClaimTable;
  member_sessions: MemberSessionTable;
  reservations: ReservationTable;
  tickets: TicketTable;
  reservation_audit: AuditTable;
  notices: NoticeTable;
  buyers: BuyerTable;
}

/** The database, or a transaction on it. */
export type Db = Kysely<Schema>;
