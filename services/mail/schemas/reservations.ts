import { z } from 'zod';

/** Tickets in one e-mail, at most. */
const maxTickets = 50;

const text = (max: number) => z.string().trim().min(1).max(max);
const won = z.int().min(0);
const instant = z.iso.datetime();

/** What is shown, as it was called when it was booked. Korean is what it is called; English where it has a name. */
const Show = z.object({
  title: z.object({ ko: text(200), en: text(200).optional() }),
  venue: text(200),
  hall: text(200),
  startsAt: instant,
});

/** Where one sits. */
const Seat = z.object({
  section: text(200),
  /** A number, or a name of its own. */
  floor: text(16).optional(),
  /** Absent in a standing area. */
  row: text(16).optional(),
  number: text(8),
});

const PricedSeat = z.object({ seat: Seat, grade: text(200), price: won });

/** The token is what the QR code will hold, and nothing else. */
const Ticket = PricedSeat.extend({
  token: z
    .string()
    .max(200)
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/),
});

const booking = { reservationNumber: text(64), show: Show };
const tickets = z.array(Ticket).min(1).max(maxTickets);
const seats = z.array(PricedSeat).min(1).max(maxTickets);

/** Money in won, times in UTC. */
export const reservationTemplates = [
  z.object({
    name: z.literal('reservation-confirmed'),
    ...booking,
    tickets,
    /** For the booking. */
    fee: won,
    total: won,
    /** Null when it cannot be given back. */
    cancellableUntil: instant.nullable(),
  }),
  z.object({
    name: z.literal('reservation-cancelled'),
    ...booking,
    /** What was given back. */
    seats,
    /** What is kept of the price. */
    cancellationFee: won,
    refund: won,
  }),
  z.object({ name: z.literal('refund-done'), ...booking, refund: won }),
  /** On the day before. */
  z.object({ name: z.literal('session-reminder'), ...booking, tickets }),
  /** To the hour in `show`. */
  z.object({ name: z.literal('session-rescheduled'), ...booking, before: instant }),
  /** Seats have come back, and are kept for this person for a while. */
  z.object({ name: z.literal('waitlist-offer'), show: Show, seats, until: instant }),
  /** By the organiser. */
  z.object({ name: z.literal('session-cancelled'), ...booking, refund: won }),
] as const;

export type Show = z.output<typeof Show>;
export type Seat = z.output<typeof Seat>;
export type PricedSeat = z.output<typeof PricedSeat>;
export type Ticket = z.output<typeof Ticket>;
