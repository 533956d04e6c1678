import type { Template } from '@ticketaka/mail/api';
import { z } from 'zod';
import { reminderEnds } from '../domain/reminders.ts';
import { Label } from '../schemas/common.ts';
import { Shown } from '../schemas/reservations.ts';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';
import type { TicketKeys } from '../tickets/index.ts';
import { quoteTickets } from '../use-cases/quote.ts';
import type { NoticeKind } from './store.ts';

/** As many as the mail service takes in one e-mail. */
const ticketsInOne = 50;

export interface Told {
  readonly kind: NoticeKind;
  /** What the notice was given with, as JSON. */
  readonly detail: string;
  readonly row: ReservationRow;
  /** All that it ever had. */
  readonly tickets: readonly TicketRow[];
}

export interface TellingOptions {
  readonly keys: Pick<TicketKeys, 'sign'>;
  readonly now: Date;
}

const CancelledDetail = z.object({ ticketIds: z.array(z.string()), refund: z.int() });
const RefundedDetail = z.object({ amount: z.int() });
const RescheduledDetail = z.object({ before: z.iso.datetime() });
const ReminderDetail = z.object({ startsAt: z.iso.datetime().optional() });

/** When the session begins that somebody is reminded of: it may have been put off since they booked. */
export function remindedOf({ detail, row }: Pick<Told, 'detail' | 'row'>): Date {
  const { startsAt } = ReminderDetail.parse(JSON.parse(detail));
  return startsAt === undefined ? row.starts_at : new Date(startsAt);
}

/**
 * What a notice says, in as many e-mails as its tickets need. None when it was overtaken: of tickets that were given back
 * nobody is told that they are booked, and a reminder is for the day before. Each of several has the sums of the whole.
 */
export function templatesOf(told: Told, options: TellingOptions): readonly Template[] {
  const { kind, detail, row, tickets } = told;
  const booking = { reservationNumber: row.id, show: showOf(row) };
  switch (kind) {
    case 'confirmed': {
      const sums = { fee: row.fee, total: row.ticket_total + row.fee };
      const cancellableUntil = cancellableUntilOf(told, options.now);
      return parts(codesOf(told, options)).map((some) => ({
        name: 'reservation-confirmed',
        ...booking,
        ...sums,
        tickets: some,
        cancellableUntil,
      }));
    }
    case 'cancelled': {
      const { ticketIds, refund } = CancelledDetail.parse(JSON.parse(detail));
      const given = tickets.filter(({ id }) => ticketIds.includes(id));
      const cancellationFee = given.reduce((sum, { cancellation_fee: fee }) => sum + (fee ?? 0), 0);
      return parts(given.map(seatOf)).map((seats) => ({
        name: 'reservation-cancelled',
        ...booking,
        seats,
        cancellationFee,
        refund,
      }));
    }
    case 'session-cancelled': {
      const { refund } = CancelledDetail.parse(JSON.parse(detail));
      return [{ name: 'session-cancelled', ...booking, refund }];
    }
    case 'refunded':
      return [{ name: 'refund-done', ...booking, refund: RefundedDetail.parse(JSON.parse(detail)).amount }];
    case 'rescheduled': {
      const { before } = RescheduledDetail.parse(JSON.parse(detail));
      return row.state === 'CONFIRMED' ? [{ name: 'session-rescheduled', ...booking, before }] : [];
    }
    case 'reminder': {
      const startsAt = remindedOf(told);
      if (options.now >= reminderEnds(startsAt)) return [];
      const show = { ...booking.show, startsAt: startsAt.toISOString() };
      return parts(codesOf(told, options)).map((some) => ({
        name: 'session-reminder',
        ...booking,
        show,
        tickets: some,
      }));
    }
  }
}

function showOf({ shown, starts_at: startsAt }: ReservationRow) {
  const { title, venue, hall } = Shown.parse(JSON.parse(shown));
  return { title, venue, hall, startsAt: startsAt.toISOString() };
}

function seatOf({ label, grade, price }: TicketRow) {
  return { seat: Label.parse(JSON.parse(label)), grade, price };
}

const isValid = ({ state }: TicketRow) => state === 'valid';

function codesOf({ tickets }: Told, { keys }: TellingOptions) {
  return tickets.filter(isValid).map((ticket) => {
    const { id: ticketId, session_id: sessionId, unit, serial } = ticket;
    return { ...seatOf(ticket), token: keys.sign({ ticketId, sessionId, unit, serial }) };
  });
}

function cancellableUntilOf({ row, tickets }: Told, now: Date): string | null {
  const quoted = quoteTickets(row, tickets.filter(isValid), { now });
  return quoted?.ok ? (quoted.possibleUntil?.toISOString() ?? null) : null;
}

function parts<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / ticketsInOne) }, (_, part) =>
    all.slice(part * ticketsInOne, (part + 1) * ticketsInOne),
  );
}
