import type { Handlers } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { type ReservationRow, reservationsOf, ticketsOf } from '../store/reservations.ts';
import { book } from '../use-cases/book.ts';
import { cancel, ownReservation, quote } from '../use-cases/cancel.ts';
import type { Parts } from '../use-cases/parts.ts';
import { representReservation } from './represent.ts';

type ReservationHandlers = Pick<
  Handlers<typeof api>,
  'book' | 'listReservations' | 'getReservation' | 'quoteCancellation' | 'cancel'
>;

export function reservationHandlers(parts: Parts): ReservationHandlers {
  const { kysely } = parts.db;
  return {
    async book({ principal: { memberId }, body, idempotency }) {
      const { row, tickets, pending } = await book(parts, { memberId, request: body, keyed: idempotency });
      const shown = tickets ? representReservation(row, tickets) : await represent(row);
      return { status: pending ? 202 : 201, body: shown };
    },

    async listReservations({ principal: { memberId }, query: { limit, cursor } }) {
      const rows = await reservationsOf(kysely, memberId, { limit: limit + 1, before: cursor });
      const page = rows.slice(0, limit);
      const tickets = Map.groupBy(
        await ticketsOf(
          kysely,
          page.map(({ id }) => id),
        ),
        ({ reservation_id }) => reservation_id,
      );
      const next = rows.length > limit ? page.at(-1)?.id : undefined;
      const reservations = page.map((row) => representReservation(row, tickets.get(row.id) ?? []));
      return { status: 200, body: { reservations, ...(next !== undefined && { next }) } };
    },

    async getReservation({ principal: { memberId }, params: { reservationId } }) {
      return { status: 200, body: await represent(await ownReservation(kysely, memberId, reservationId)) };
    },

    async quoteCancellation({ principal: { memberId }, params: { reservationId }, query: { ticketIds } }) {
      const quoted = await quote(parts, memberId, { reservationId, ticketIds });
      const { tickets, bookingFeeBack, refund, possibleUntil } = quoted;
      return {
        status: 200,
        body: {
          tickets: tickets.map(({ id, price, fee, refund: back }) => ({ id, price, fee, refund: back })),
          bookingFeeBack,
          refund,
          until: possibleUntil?.toISOString() ?? null,
        },
      };
    },

    async cancel({ principal: { memberId }, params: { reservationId }, body }) {
      return { status: 200, body: await represent(await cancel(parts, { memberId, reservationId, request: body })) };
    },
  };

  async function represent(row: ReservationRow) {
    return representReservation(row, await ticketsOf(kysely, [row.id]));
  }
}
