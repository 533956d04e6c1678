import type { BoundRoutes } from '@ticketaka/platform/contract';
import { type Handler, problem } from '@ticketaka/platform/http';
import type { Database } from '@ticketaka/platform/mariadb';
import { qrPng, qrSvg } from '@ticketaka/platform/qr';
import { errors } from '../errors.ts';
import type { Schema } from '../store/schema.ts';
import { reissue } from './reissue.ts';
import { type TicketView, ticketsOf } from './represent.ts';
import type { ticketRoutes } from './routes.ts';
import type { TicketKeys } from './token.ts';

type Routes = BoundRoutes<typeof ticketRoutes>;

export interface TicketParts {
  readonly db: Database<Schema>;
  readonly tickets: Pick<TicketKeys, 'sign'>;
  /** @throws Problem when the reservation is not there or not this member's */
  readonly requireOwn: (memberId: string, reservationId: string) => Promise<unknown>;
}

interface Asked {
  readonly principal: { readonly memberId: string };
  readonly params: { readonly reservationId: string; readonly ticketId: string };
}

/** Whoever has the code goes in: no cache keeps it. */
const headers = { 'cache-control': 'private, no-store' };

/** What a buyer does with tickets. */
export function ticketHandlers({ db, tickets: keys, requireOwn }: TicketParts): {
  readonly [Name in keyof Routes]: Handler<Routes[Name]>;
} {
  const listed = (reservationId: string) => ticketsOf(db.kysely, { reservationId, keys });

  async function one({ reservationId, ticketId }: Asked['params']): Promise<TicketView> {
    const found = (await listed(reservationId)).find(({ id }) => id === ticketId);
    if (!found) throw problem(errors, 'ticket_not_found');
    return found;
  }

  async function codeOf({ principal: { memberId }, params }: Asked): Promise<string> {
    await requireOwn(memberId, params.reservationId);
    const { token } = await one(params);
    if (token === null) throw problem(errors, 'ticket_not_found');
    return token;
  }

  return {
    async listTickets({ principal: { memberId }, params: { reservationId } }) {
      await requireOwn(memberId, reservationId);
      return { status: 200, headers, body: { tickets: (await listed(reservationId)).map(represent) } };
    },

    async getTicketSvg(asked) {
      return { status: 200, headers, body: qrSvg(await codeOf(asked)) };
    },

    async getTicketPng(asked) {
      return { status: 200, headers, body: qrPng(await codeOf(asked)) };
    },

    async reissueTicket({ principal: { memberId }, params, log }) {
      await requireOwn(memberId, params.reservationId);
      const outcome = await reissue(db, { ...params, by: memberId });
      if (outcome === 'not-valid') throw problem(errors, 'ticket_not_found');
      if (outcome === 'used') throw problem(errors, 'ticket_used');
      log.info({ ticketId: params.ticketId }, 'the code of a ticket was made anew');
      return { status: 200, headers, body: represent(await one(params)) };
    },
  };
}

function represent({ checkedInAt, ...ticket }: TicketView) {
  return { ...ticket, checkedInAt: checkedInAt?.toISOString() ?? null };
}
