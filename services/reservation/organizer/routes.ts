import { access, content } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { sessionId } from '../schemas/common.ts';
import * as schemas from './schemas.ts';

const organizer = access.role('organizer', 'admin');
const params = z.object({ sessionId });
/** Each route is about one session, of the organiser. */
const refusals = ['session_not_found', 'not_yours'] as const;
const base = '/manage/sessions/{sessionId}';

export const organizerRoutes = {
  getSales: {
    method: 'GET',
    path: `${base}/sales`,
    access: organizer,
    summary: 'Read what is sold of one of my sessions, as of a second ago',
    params,
    responses: { 200: schemas.Sales },
    errors: refusals,
  },
  listBlocks: {
    method: 'GET',
    path: `${base}/blocks`,
    access: organizer,
    summary: 'List the seats that are held back, and why',
    params,
    responses: { 200: schemas.Blocks },
    errors: refusals,
  },
  block: {
    method: 'POST',
    path: `${base}/blocks`,
    access: organizer,
    summary: 'Hold seats back, all of them or none',
    idempotent: true,
    params,
    body: schemas.BlockRequest,
    responses: { 201: schemas.Block },
    errors: [...refusals, 'seats_invalid', 'seats_taken'],
  },
  releaseBlocks: {
    method: 'POST',
    path: `${base}/blocks/release`,
    access: organizer,
    summary: 'Put seats that were held back on sale',
    description: 'Answers which of them were.',
    idempotent: true,
    params,
    body: schemas.BlockReleaseRequest,
    responses: { 200: schemas.ReleasedBlocks },
    errors: refusals,
  },
  giveComplimentary: {
    method: 'POST',
    path: `${base}/complimentary`,
    access: organizer,
    summary: 'Give tickets for nothing to a member',
    description: 'They have them among their reservations and in the mail, and may buy as many as before.',
    idempotent: 'handler',
    params,
    body: schemas.ComplimentaryRequest,
    responses: { 201: schemas.Complimentary },
    errors: [
      ...refusals,
      'recipient_not_found',
      'seats_invalid',
      'grade_unknown',
      'seats_taken',
      'sold_out',
      'session_cancelled',
      'session_past',
    ],
  },
  listAttendees: {
    method: 'GET',
    path: `${base}/attendees`,
    access: organizer,
    summary: 'List who comes, seat by seat',
    params,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(100),
      cursor: z.string().max(200).optional().meta({ description: '`next` of the page before' }),
    }),
    responses: { 200: schemas.AttendeePage },
    errors: refusals,
  },
  exportAttendees: {
    method: 'GET',
    path: `${base}/attendees.csv`,
    access: organizer,
    summary: 'Download who comes, for a spreadsheet',
    description:
      'UTF-8 with a byte order mark. A cell that a spreadsheet would take for a formula begins with an apostrophe.',
    params,
    responses: { 200: content('text/csv', z.string()) },
    errors: refusals,
  },
  cancelSession: {
    method: 'POST',
    path: `${base}/cancellation`,
    access: organizer,
    summary: 'Call a session off: sell no more of it, and give everybody everything back',
    description: 'At once nothing is sold any more; the refunds follow. Asking again gives the same cancellation.',
    idempotent: true,
    params,
    body: schemas.SessionCancellationRequest,
    responses: { 202: schemas.SessionCancellation },
    errors: refusals,
  },
  getSessionCancellation: {
    method: 'GET',
    path: `${base}/cancellation`,
    access: organizer,
    summary: 'Read how far the refunds are',
    params,
    responses: { 200: schemas.SessionCancellation },
    errors: [...refusals, 'cancellation_not_found'],
  },
} as const;
