import { access, defineApi, noContent } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { availabilityRoutes } from './availability/routes.ts';
import { doorRoutes } from './door/routes.ts';
import { errors } from './errors.ts';
import { organizerRoutes } from './organizer/routes.ts';
import { refusedRefundRoutes } from './refused-refunds/routes.ts';
import * as common from './schemas/common.ts';
import { Hold, HoldRequest } from './schemas/holds.ts';
import {
  BookingRequest,
  CancellationQuote,
  CancellationRequest,
  Reservation,
  ReservationPage,
} from './schemas/reservations.ts';
import { ticketRoutes } from './tickets/routes.ts';
import { waitingRoomRoutes } from './waiting-room/routes.ts';
import { waitlistRoutes } from './waitlist/routes.ts';

export { reservationCancelled, reservationConfirmed } from './messages.ts';
export { Hold } from './schemas/holds.ts';
export { Reservation } from './schemas/reservations.ts';

const hold = z.object({ holdId: common.holdId });
const reservation = z.object({ reservationId: common.reservationId });
/** Why a session does not sell to this member now. */
const refusals = [
  'not_on_sale_yet',
  'sale_closed',
  'session_past',
  'session_cancelled',
  'presale_code_required',
  'too_young',
  'pass_required',
  'over_limit',
] as const;

export const api = defineApi({
  service: 'reservation',
  base: '/api/reservations',
  title: 'Reservations',
  errors,
  routes: {
    hold: {
      method: 'POST',
      path: '/holds',
      access: access.member(),
      summary: 'Keep seats for seven minutes, all of them or none',
      description:
        'These seats, or the best that are free of a grade. The same key and body again is answered with the same hold.',
      idempotent: 'handler',
      body: HoldRequest,
      responses: { 201: Hold },
      errors: [
        ...refusals,
        'session_not_found',
        'seats_invalid',
        'grade_unknown',
        'seats_taken',
        'sold_out',
        'offer_ended',
        'hold_not_found',
        'too_many_requests',
      ],
    },
    getHold: {
      method: 'GET',
      path: '/holds/{holdId}',
      access: access.member(),
      summary: 'Read my hold, after a reload of the page',
      params: hold,
      responses: { 200: Hold },
      errors: ['hold_not_found'],
    },
    extendHold: {
      method: 'POST',
      path: '/holds/{holdId}/extension',
      access: access.member(),
      summary: 'Keep the seats for seven more minutes, once',
      idempotent: true,
      params: hold,
      responses: { 200: Hold },
      errors: ['hold_not_found', 'extended_already'],
    },
    releaseHold: {
      method: 'DELETE',
      path: '/holds/{holdId}',
      access: access.member(),
      summary: 'Let the seats go',
      params: hold,
      responses: { 204: noContent },
    },
    book: {
      method: 'POST',
      path: '',
      access: access.member(),
      summary: 'Book the seats of a hold, and pay for them',
      description:
        'The seats are claimed before the payment is taken. 202: whether it was taken is not known yet; it will be found out, and the buyer is told by mail. Ask for the reservation again.',
      idempotent: 'handler',
      body: BookingRequest,
      responses: { 201: Reservation, 202: Reservation },
      errors: [
        'hold_not_found',
        'seats_taken',
        'session_cancelled',
        'session_past',
        'over_limit',
        'too_young',
        'payment_required',
        'payment_not_needed',
        'payment_declined',
      ],
    },
    listReservations: {
      method: 'GET',
      path: '',
      access: access.member(),
      summary: 'List my reservations, newest first',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(100).default(20),
        cursor: common.reservationId.optional().meta({ description: '`next` of the page before' }),
      }),
      responses: { 200: ReservationPage },
    },
    getReservation: {
      method: 'GET',
      path: '/{reservationId}',
      access: access.member(),
      summary: 'Read one of my reservations',
      params: reservation,
      responses: { 200: Reservation },
      errors: ['reservation_not_found'],
    },
    quoteCancellation: {
      method: 'GET',
      path: '/{reservationId}/cancellation',
      access: access.member(),
      summary: 'What giving tickets back would cost now',
      params: reservation,
      query: z.object({
        ticketIds: z
          .string()
          .max(4000)
          .transform((list) => list.split(','))
          .pipe(z.array(common.ticketId).min(1).max(100))
          .optional()
          .meta({ description: 'With commas between; left out: all of them' }),
      }),
      responses: { 200: CancellationQuote },
      errors: ['reservation_not_found', 'ticket_not_found', 'not_cancellable', 'ticket_used'],
    },
    cancel: {
      method: 'POST',
      path: '/{reservationId}/cancellation',
      access: access.member(),
      summary: 'Give tickets back; the seats are free at once, the money follows',
      idempotent: true,
      params: reservation,
      body: CancellationRequest,
      responses: { 200: Reservation },
      errors: ['reservation_not_found', 'ticket_not_found', 'not_cancellable', 'ticket_used', 'quote_changed'],
    },
    ...availabilityRoutes,
    ...waitingRoomRoutes,
    ...waitlistRoutes,
    ...ticketRoutes,
    ...organizerRoutes,
    ...refusedRefundRoutes,
    ...doorRoutes,
    tossWebhook: {
      method: 'POST',
      path: '/payments/toss/{token}',
      access: access.public(),
      summary: 'What the payment service calls when a payment changes',
      description: 'It names a payment, and that is asked about; nothing else in it is believed.',
      params: z.object({ token: z.string().max(200) }),
      body: z.record(z.string(), z.unknown()),
      responses: { 200: z.object({}) },
    },
  },
});
