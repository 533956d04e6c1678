import { access, noContent, type RouteSpec } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { grade, instant, sessionId, won } from '../schemas/common.ts';
import { HeldSeat, maxSeats } from '../schemas/holds.ts';

const params = z.object({ sessionId });

const WaitlistRequest = z
  .strictObject({
    grade: grade.optional().meta({ description: 'Left out: any one of them' }),
    quantity: z.int().min(1).max(maxSeats),
    presaleCode: z.string().min(1).max(100).optional().meta({ description: 'Asked for while only a presale is open' }),
  })
  .meta({ id: 'WaitlistRequest' });

export const WaitlistPlace = z
  .object({
    sessionId,
    state: z.enum(['waiting', 'offered', 'taken', 'expired', 'left', 'closed']).meta({
      description:
        '`expired`: the offer was not taken in time; `closed`: nothing of the session is sold any more. Who joins again is at the end',
    }),
    grade: z.string().nullable().meta({ description: 'Null for any one' }),
    quantity: z.int().min(1),
    before: z
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'How many who wait for such seats come before; null unless `waiting`' }),
    joinedAt: instant,
    offer: z
      .object({
        id: z.uuid().meta({ description: 'The `offerId` of a hold of these seats' }),
        seats: z.array(HeldSeat),
        ticketTotal: won,
        fee: won,
        total: won,
        until: instant.meta({ description: 'Until when they can be held, by the clock of the server' }),
      })
      .nullable(),
  })
  .meta({ id: 'WaitlistPlace' });

export const waitlistRoutes = {
  joinWaitlist: {
    method: 'POST',
    path: '/sessions/{sessionId}/waitlist',
    access: access.member(),
    summary: 'Wait for seats of a session that is sold out',
    description:
      'When seats come back they are offered in order, side by side where that can be had, for 15 minutes, and a mail says so. Whoever is in the queue already stays where they are.',
    idempotent: true,
    params,
    body: WaitlistRequest,
    responses: { 201: WaitlistPlace },
    errors: [
      'session_not_found',
      'grade_unknown',
      'not_sold_out',
      'waiting_already',
      'not_on_sale_yet',
      'sale_closed',
      'session_past',
      'session_cancelled',
      'presale_code_required',
      'too_young',
      'over_limit',
    ],
  },
  getWaitlist: {
    method: 'GET',
    path: '/sessions/{sessionId}/waitlist',
    access: access.member(),
    summary: 'Read my place in the waitlist, and what I am offered',
    params,
    responses: { 200: WaitlistPlace },
    errors: ['session_not_found', 'not_waiting'],
  },
  leaveWaitlist: {
    method: 'DELETE',
    path: '/sessions/{sessionId}/waitlist',
    access: access.member(),
    summary: 'Leave the waitlist; what I am offered goes to the next one',
    params,
    responses: { 204: noContent },
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;
