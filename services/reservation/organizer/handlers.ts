import type { BoundRoutes } from '@ticketaka/platform/contract';
import { platformErrors } from '@ticketaka/platform/contract';
import { type Handler, problem } from '@ticketaka/platform/http';
import { z } from 'zod';
import { Label, ticketId, unit } from '../schemas/common.ts';
import type { Parts } from '../use-cases/parts.ts';
import { type AttendeePosition, attendeeRows } from './attendee-store.ts';
import { attendeesCsv, representAttendee } from './attendees.ts';
import { type Block, blocksOf, blockUnits, releaseBlocks } from './blocks.ts';
import { readCancellation, startCancellation } from './cancellation.ts';
import { giveComplimentary } from './complimentary.ts';
import { ownSession } from './own-session.ts';
import type { organizerRoutes } from './routes.ts';
import { SalesFigures } from './sales.ts';

type Routes = BoundRoutes<typeof organizerRoutes>;

export function organizerHandlers(parts: Parts): { readonly [Name in keyof Routes]: Handler<Routes[Name]> } {
  const { sessions, db } = parts;
  const sales = new SalesFigures(parts);
  return {
    async getSales({ principal, params: { sessionId } }) {
      return { status: 200, body: await sales.of(await ownSession(sessions, principal, sessionId)) };
    },

    async listBlocks({ principal, params: { sessionId } }) {
      const session = await ownSession(sessions, principal, sessionId);
      return { status: 200, body: { blocks: (await blocksOf(parts, session.id)).map(representBlock) } };
    },

    async block({ principal, params: { sessionId }, body }) {
      const session = await ownSession(sessions, principal, sessionId);
      const block = await blockUnits(parts, { session, ...body, by: principal.memberId });
      return { status: 201, body: representBlock(block) };
    },

    async releaseBlocks({ principal, params: { sessionId }, body: { units } }) {
      const session = await ownSession(sessions, principal, sessionId);
      const released = await releaseBlocks(parts, { session, units, by: principal.memberId });
      return { status: 200, body: { units: [...released] } };
    },

    async giveComplimentary({ principal, params: { sessionId }, body, idempotency: keyed }) {
      const session = await ownSession(sessions, principal, sessionId);
      const { row, tickets } = await giveComplimentary(parts, {
        session,
        request: body,
        by: principal.memberId,
        keyed,
      });
      const given = tickets.map(({ id, unit: place, label, grade }) => ({
        id,
        unit: place,
        label: Label.parse(JSON.parse(label)),
        grade,
      }));
      return { status: 201, body: { reservationId: row.id, tickets: given } };
    },

    async listAttendees({ principal, params: { sessionId }, query: { limit, cursor } }) {
      const session = await ownSession(sessions, principal, sessionId);
      const rows = await attendeeRows(db.kysely, session.id, { limit: limit + 1, after: readCursor(cursor) });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last ? writeCursor(last) : undefined;
      return { status: 200, body: { attendees: page.map(representAttendee), ...(next !== undefined && { next }) } };
    },

    async exportAttendees({ principal, params: { sessionId }, locale }) {
      const session = await ownSession(sessions, principal, sessionId);
      const headers = {
        'content-disposition': `attachment; filename="attendees-${session.id}.csv"`,
        'cache-control': 'no-store',
      };
      return { status: 200, body: await attendeesCsv(db.kysely, session.id, locale), headers };
    },

    async cancelSession({ principal, params: { sessionId }, body: { reason } }) {
      const session = await ownSession(sessions, principal, sessionId);
      const cancellation = await startCancellation(parts, { sessionId: session.id, reason, by: principal.memberId });
      return { status: 202, body: cancellation };
    },

    async getSessionCancellation({ principal, params: { sessionId } }) {
      const session = await ownSession(sessions, principal, sessionId);
      return { status: 200, body: await readCancellation(parts, session.id) };
    },
  };
}

function representBlock({ id, units, reason, by, at }: Block) {
  return { id, units: [...units], reason, by, at: at.toISOString() };
}

const Cursor = z.tuple([unit, ticketId]);

function writeCursor({ unit: place, ticketId: id }: AttendeePosition): string {
  return `${place}.${id}`;
}

/** @throws Problem invalid_request */
function readCursor(cursor: string | undefined): AttendeePosition | undefined {
  if (cursor === undefined) return undefined;
  const [place = '', id = ''] = cursor.split('.');
  const read = Cursor.safeParse([/^\d+$/.test(place) ? Number(place) : -1, id]);
  if (read.success) return { unit: read.data[0], ticketId: read.data[1] };
  const fault = { in: 'query', path: 'cursor', message: 'is not one that was given' };
  throw problem(platformErrors, 'invalid_request', { extensions: { errors: [fault] } });
}
