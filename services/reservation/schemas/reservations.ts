import { z } from 'zod';
import {
  grade,
  holdId,
  instant,
  Label,
  performanceId,
  reservationId,
  sessionId,
  ticketId,
  unit,
  won,
} from './common.ts';

export const states = ['CLAIMED', 'PAID', 'CONFIRMED', 'CANCELLED', 'REFUNDED', 'EXPIRED'] as const;
export const state = z.enum(states).meta({ description: 'See docs/reservation-states.md' });

/** What was booked, as it was called then. */
export const Shown = z
  .object({
    title: z.object({ ko: z.string(), en: z.string().optional() }),
    venue: z.string(),
    hall: z.string(),
    startsAt: z.string(),
    genre: z.string(),
  })
  .meta({ id: 'Shown' });
export type Shown = z.output<typeof Shown>;

export const BookingRequest = z
  .strictObject({
    holdId,
    payment: z
      .strictObject({
        provider: z.literal('toss'),
        paymentKey: z
          .string()
          .regex(/^[\w=-]{1,200}$/)
          .meta({ description: 'From the payment window, which the buyer has agreed in' }),
      })
      .optional()
      .meta({ description: 'Left out when there is nothing to pay' }),
  })
  .meta({ id: 'BookingRequest' });

export const BookedTicket = z
  .object({
    id: ticketId,
    unit,
    label: Label,
    grade,
    price: won,
    state: z.enum(['pending', 'valid', 'cancelled']),
  })
  .meta({ id: 'BookedTicket' });

export const Reservation = z
  .object({
    id: reservationId,
    sessionId,
    performanceId,
    kind: z.enum(['bought', 'complimentary']),
    state,
    show: Shown,
    tickets: z.array(BookedTicket),
    ticketTotal: won,
    fee: won,
    total: won,
    refunded: won,
    createdAt: instant,
    confirmedAt: instant.nullable(),
    expiresAt: instant.nullable().meta({ description: 'Until when it waits for its payment' }),
    rescheduledAt: instant.nullable().meta({
      description:
        'When the session was moved to the hour that is in `show`, the last time since it was booked: it can be given back without a fee until it begins. Null when it was not moved',
    }),
  })
  .meta({ id: 'Reservation' });
export type Reservation = z.output<typeof Reservation>;

export const ReservationPage = z
  .object({ reservations: z.array(Reservation), next: reservationId.optional() })
  .meta({ id: 'ReservationPage' });

export const CancellationQuote = z
  .object({
    tickets: z.array(z.object({ id: ticketId, price: won, fee: won, refund: won })),
    bookingFeeBack: won.meta({ description: 'In the refund of the tickets' }),
    refund: won,
    until: instant.nullable().meta({ description: 'Until when they can be given back, though not for this fee' }),
  })
  .meta({ id: 'CancellationQuote' });

export const CancellationRequest = z
  .strictObject({
    ticketIds: z.array(ticketId).min(1).max(100).optional().meta({ description: 'Left out: all of them' }),
    refund: won.optional().meta({ description: 'What the quote said; another by now is not carried out' }),
  })
  .meta({ id: 'CancellationRequest' });
