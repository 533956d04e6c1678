import { defineMessage } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { instant, performanceId, reservationId, sessionId, ticketId, unit, won } from './schemas/common.ts';

const about = { reservationId, sessionId, performanceId, memberId: z.uuid(), at: instant };
const tickets = z.array(z.object({ ticketId, unit, price: won }));

export const reservationConfirmed = defineMessage({
  service: 'reservation',
  type: 'reservation.confirmed',
  summary: 'Seats were sold: paid for, or free',
  data: z.object({ ...about, kind: z.enum(['bought', 'complimentary']), genre: z.string(), tickets, total: won }),
});

export const reservationCancelled = defineMessage({
  service: 'reservation',
  type: 'reservation.cancelled',
  summary: 'Tickets were given back, some or all of a reservation',
  data: z.object({ ...about, whole: z.boolean(), tickets, refund: won }),
});

export const reservationRefunded = defineMessage({
  service: 'reservation',
  type: 'reservation.refunded',
  summary: 'Money has gone back to the buyer',
  data: z.object({ ...about, amount: won }),
});

export const ticketIssued = defineMessage({
  service: 'reservation',
  type: 'ticket.issued',
  summary: 'The tickets of a reservation are valid',
  data: z.object({ ...about, tickets }),
});

export const ticketCheckedIn = defineMessage({
  service: 'reservation',
  type: 'ticket.checked-in',
  summary: 'Somebody was admitted',
  data: z.object({ ticketId, sessionId, gate: z.string(), at: instant }),
});

export const seatsReleased = defineMessage({
  service: 'reservation',
  type: 'seats.released',
  summary: 'Seats that had been claimed are free again',
  data: z.object({ sessionId, units: z.array(unit), at: instant }),
});
