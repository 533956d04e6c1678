import { problem } from '@ticketaka/platform/http';
import type { z } from 'zod';
import { cancelTickets, type Released } from '../claims/index.ts';
import type { CancellationQuote } from '../domain/cancellation.ts';
import { errors } from '../errors.ts';
import type { CancellationRequest } from '../schemas/reservations.ts';
import {
  lockReservations,
  type ReservationRow,
  reservationById,
  type TicketRow,
  ticketsOf,
} from '../store/reservations.ts';
import type { Db } from '../store/schema.ts';
import { standingOf } from '../store/sessions.ts';
import { enteredAmong } from '../tickets/index.ts';
import type { Parts } from './parts.ts';
import { type QuoteTerms, quoteTickets } from './quote.ts';
import { freePicture } from './release-picture.ts';

/** @throws Problem reservation_not_found: also of somebody else's, so that nobody learns which there are */
export async function ownReservation(db: Db, memberId: string, id: string): Promise<ReservationRow> {
  const row = await reservationById(db, id);
  if (row?.member_id !== memberId) throw problem(errors, 'reservation_not_found');
  return row;
}

/**
 * What giving tickets back would cost now.
 * @throws Problem reservation_not_found, ticket_not_found, not_cancellable, ticket_used
 */
export async function quote(
  { db, now }: Pick<Parts, 'db' | 'now'>,
  memberId: string,
  { reservationId, ticketIds }: { readonly reservationId: string; readonly ticketIds: readonly string[] | undefined },
): Promise<CancellationQuote> {
  const row = await ownReservation(db.kysely, memberId, reservationId);
  const session = await standingOf(db.kysely, row.session_id);
  const given = chosen(await ticketsOf(db.kysely, [row.id]), ticketIds);
  const quoted = quoteOf(row, given, { now: now(), session });
  if (!session?.givesAllBack) await requireUnused(db.kysely, given);
  return quoted;
}

export interface CancelCall {
  readonly memberId: string;
  readonly reservationId: string;
  readonly request: z.output<typeof CancellationRequest>;
}

/** Gives tickets back. @throws Problem as {@link quote}, and quote_changed */
export async function cancel(parts: Parts, { memberId, reservationId, request }: CancelCall): Promise<ReservationRow> {
  const { db, outbox, now } = parts;
  await ownReservation(db.kysely, memberId, reservationId);
  const released = await db.transaction(async (trx): Promise<Released> => {
    const [row] = await lockReservations(trx, [reservationId]);
    if (!row) throw problem(errors, 'reservation_not_found');
    const all = await ticketsOf(trx, [row.id]);
    const given = chosen(all, request.ticketIds);
    const session = await standingOf(trx, row.session_id);
    const quoted = quoteOf(row, given, { now: now(), session });
    if (!session?.givesAllBack) await requireUnused(trx, given);
    if (request.refund !== undefined && request.refund !== quoted.refund)
      throw problem(errors, 'quote_changed', { extensions: { refund: quoted.refund } });
    const whole = all.filter(({ state }) => state === 'valid').length === given.length;
    const fees = new Map(quoted.tickets.map(({ id, fee }) => [id, fee]));
    return await cancelTickets(trx, outbox, {
      row,
      tickets: given.map((ticket) => ({ ticket, fee: fees.get(ticket.id) ?? 0 })),
      whole,
      refund: row.kind === 'complimentary' ? 0 : quoted.refund,
      on: whole ? 'cancelled' : 'ticket_cancelled',
      by: memberId,
      key: `cancellation:${given[0]?.id}`,
    });
  });
  await freePicture(parts, released);
  return await ownReservation(db.kysely, memberId, reservationId);
}

function chosen(all: readonly TicketRow[], ids: readonly string[] | undefined): readonly TicketRow[] {
  const valid = all.filter(({ state }) => state === 'valid');
  const given = ids ? valid.filter(({ id }) => ids.includes(id)) : valid;
  if (ids && given.length < new Set(ids).size) throw problem(errors, 'ticket_not_found');
  return given;
}

/** What somebody has gone in with was used. @throws Problem ticket_used */
async function requireUnused(db: Db, tickets: readonly TicketRow[]): Promise<void> {
  const used = await enteredAmong(
    db,
    tickets.map(({ id }) => id),
  );
  if (used.length > 0) throw problem(errors, 'ticket_used', { extensions: { tickets: used } });
}

function quoteOf(row: ReservationRow, tickets: readonly TicketRow[], terms: QuoteTerms): CancellationQuote {
  const quoted = quoteTickets(row, tickets, terms);
  if (!quoted) throw problem(errors, 'not_cancellable', { extensions: { reason: 'state' } });
  if (!quoted.ok) throw problem(errors, 'not_cancellable', { extensions: { reason: quoted.reason } });
  return quoted;
}
