import { cancellationPolicies } from '@ticketaka/performances/api';
import {
  type CancellationQuote,
  type CancellationRefusal,
  quoteCancellation,
  quoteFullRefund,
} from '../domain/cancellation.ts';
import { defaultBookingFee } from '../domain/prices.ts';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';
import type { Standing } from '../store/sessions.ts';

export interface QuoteTerms {
  readonly now: Date;
  /** @default as when it was booked */
  readonly session?: Pick<Standing, 'givesAllBack' | 'startsAt'> | undefined;
}

/** What giving tickets back would cost at a moment. Undefined of a reservation that has none to give back. */
export function quoteTickets(
  row: ReservationRow,
  tickets: readonly TicketRow[],
  { now, session }: QuoteTerms,
): CancellationQuote | CancellationRefusal | undefined {
  const policy = Object.entries(cancellationPolicies).find(([name]) => name === row.policy)?.[1];
  if (row.state !== 'CONFIRMED' || tickets.length === 0 || !policy || !row.confirmed_at) return undefined;
  const given = {
    tickets: tickets.map(({ id, price }) => ({ id, price })),
    bookingFeePerTicket: row.fee > 0 ? defaultBookingFee : 0,
  };
  if (session?.givesAllBack) return quoteFullRefund(given);
  const startsAt = session?.startsAt ?? row.starts_at;
  if (now > startsAt) return { ok: false, code: 'not_cancellable', reason: 'session_past' };
  // That it was put on an earlier day is not the buyer's doing, and costs them nothing.
  const sessionStartsAt = startsAt > row.starts_at ? startsAt : row.starts_at;
  const quoted = quoteCancellation({ ...given, policy, sessionStartsAt, bookedAt: row.confirmed_at, now });
  if (!quoted.ok || !quoted.possibleUntil || quoted.possibleUntil <= startsAt) return quoted;
  return { ...quoted, possibleUntil: startsAt };
}
