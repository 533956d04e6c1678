/** What buyers did and were told, and what was found in every store afterwards. Times are epoch milliseconds. */

/** `offer`: somebody who waits is told of seats. */
export type Step = 'hold' | 'extend' | 'release' | 'book' | 'cancel' | 'offer';

export type Outcome =
  | { readonly kind: 'done'; readonly status: number; readonly told: Told }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  /** No answer, or half of one: it may have happened. */
  | { readonly kind: 'unknown'; readonly why: string };

/** What an answer says. */
export interface Told {
  readonly units: readonly number[];
  readonly holdId?: string;
  readonly reservationId?: string;
  readonly state?: string;
  /** Until when a hold or an offer is to last. */
  readonly expiresAt?: number;
  /** Won: what is to be paid, or was. */
  readonly total?: number;
  /** Won that go back, of the whole reservation. */
  readonly refunded?: number;
}

export interface Attempt {
  readonly memberId: string;
  readonly sessionId: string;
  readonly step: Step;
  /** The Idempotency-Key, where there is one. */
  readonly key?: string;
  /** Who is being let go of, booked, cancelled. */
  readonly about?: string;
  readonly from: number;
  readonly until: number;
  readonly outcome: Outcome;
}

/** While something is away, and until everybody has found it again: then, and only then, 5xx are answers. */
export interface Outage {
  readonly from: number;
  readonly until: number;
}

export interface Claim {
  readonly sessionId: string;
  readonly unit: number;
  readonly reservationId: string | null;
  readonly state: 'claimed' | 'sold' | 'blocked' | 'offered';
}

export interface StoredReservation {
  readonly id: string;
  readonly sessionId: string;
  readonly memberId: string;
  /** The payment service's name for it too. */
  readonly holdId: string;
  readonly kind: 'bought' | 'complimentary';
  readonly state: string;
  readonly ticketTotal: number;
  readonly fee: number;
  readonly refunded: number;
}

export interface StoredTicket {
  readonly id: string;
  readonly reservationId: string;
  readonly sessionId: string;
  readonly unit: number;
  readonly price: number;
  readonly state: 'pending' | 'valid' | 'cancelled';
  /** When its reservation was confirmed, and when it was given back; undefined when that never happened. */
  readonly soldAt: number | undefined;
  readonly endedAt: number | undefined;
}

export interface AuditRow {
  readonly reservationId: string;
  readonly event: string;
  readonly from: string;
  readonly to: string;
}

export interface StoredPayment {
  readonly id: string;
  readonly reservationId: string;
  readonly orderId: string;
  readonly providerKey: string;
  readonly state: string;
  readonly amount: number;
  readonly refunded: number;
}

/** What MariaDB has once everything has come to rest. */
export interface Records {
  readonly claims: readonly Claim[];
  readonly reservations: readonly StoredReservation[];
  readonly tickets: readonly StoredTicket[];
  readonly taken: readonly { readonly sessionId: string; readonly memberId: string; readonly taken: number }[];
  readonly payments: readonly StoredPayment[];
  readonly refunds: readonly { readonly id: string; readonly reservationId: string; readonly state: string }[];
  /** In the order in which they were written. */
  readonly audit: readonly AuditRow[];
  readonly outbox: number;
}

/** One payment in the books of the payment service. Won. */
export interface Payment {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly captured: number;
  readonly refunded: number;
}

/** A message that came out of RabbitMQ, as often as it came. */
export interface Event {
  readonly id: string;
  readonly type: string;
  readonly reservationId: string;
}

export type Shown = 'free' | 'held' | 'taken' | 'blocked';

/** What somebody shows of a session: Redis, a replica, a page in a browser. */
export interface Picture {
  readonly sessionId: string;
  readonly where: string;
  /** By unit. */
  readonly shown: readonly Shown[];
}

export interface Session {
  readonly id: string;
  readonly units: number;
  readonly perMember: number;
  /** Units that the hall never sells. */
  readonly blocked: readonly number[];
  /** Nobody comes, and everybody gets everything back. */
  readonly calledOff?: boolean;
}

export interface Trial {
  readonly sessions: readonly Session[];
  readonly history: readonly Attempt[];
  readonly outages: readonly Outage[];
  readonly records: Records;
  readonly pictures: readonly Picture[];
  readonly payments: readonly Payment[];
  readonly events: readonly Event[];
}
