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
  const sessionStartsAt = session?.startsAt ?? row.starts_at;
  // It may have been moved just now, and its bookings not yet.
  const rescheduled = row.rescheduled_at !== null || sessionStartsAt.getTime() !== row.starts_at.getTime();
  return quoteCancellation({ ...given, policy, sessionStartsAt, rescheduled, bookedAt: row.confirmed_at, now });
}
