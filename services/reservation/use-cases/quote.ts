import { cancellationPolicies } from '@ticketaka/performances/api';
import { type CancellationQuote, type CancellationRefusal, quoteCancellation } from '../domain/cancellation.ts';
import { defaultBookingFee } from '../domain/prices.ts';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';

/** What giving tickets back would cost at a moment. Undefined of a reservation that has none to give back. */
export function quoteTickets(
  row: ReservationRow,
  tickets: readonly TicketRow[],
  now: Date,
): CancellationQuote | CancellationRefusal | undefined {
  const policy = Object.entries(cancellationPolicies).find(([name]) => name === row.policy)?.[1];
  if (row.state !== 'CONFIRMED' || tickets.length === 0 || !policy || !row.confirmed_at) return undefined;
  return quoteCancellation({
    policy,
    sessionStartsAt: row.starts_at,
    bookedAt: row.confirmed_at,
    now,
    tickets: tickets.map(({ id, price }) => ({ id, price })),
    bookingFeePerTicket: row.fee > 0 ? defaultBookingFee : 0,
  });
}
