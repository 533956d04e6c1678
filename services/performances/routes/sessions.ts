import { access, type RouteSpec } from '@ticketaka/platform/contract';
import { z } from 'zod';
import * as common from '../schemas/common.ts';
import * as manage from '../schemas/manage.ts';
import { changed, organizer, performance } from './common.ts';

const session = z.object({ sessionId: common.sessionId });

/** Why a session cannot be as it was given. */
const unfit = [
  'hall_not_found',
  'seat_map_not_found',
  'session_past',
  'session_outside_dates',
  'sale_windows_invalid',
  'prices_incomplete',
  'session_clashes',
] as const;

/** When it is played, and for how much. */
export const sessionRoutes = {
  checkPresaleCode: {
    method: 'POST',
    path: '/internal/sessions/{sessionId}/presale-codes',
    access: access.internal(),
    summary: 'Which presales of a session a code opens',
    params: session,
    body: z.object({ code: z.string().max(100) }),
    responses: { 200: manage.PresaleCodes },
    errors: ['session_not_found'],
  },
  createSession: {
    method: 'POST',
    path: '/manage/performances/{performanceId}/sessions',
    access: organizer,
    summary: 'Add a session with prices and sale windows',
    params: performance,
    body: manage.NewSession,
    maxBodyBytes: 1_000_000,
    responses: { 201: manage.SessionRecord },
    errors: ['performance_not_found', 'performance_cancelled', 'sessions_full', ...unfit],
  },
  getMySession: {
    method: 'GET',
    path: '/manage/sessions/{sessionId}',
    access: organizer,
    summary: 'Read a session as it is stored',
    params: session,
    responses: { 200: manage.SessionRecord },
    errors: ['session_not_found'],
  },
  updateSession: {
    method: 'PUT',
    path: '/manage/sessions/{sessionId}',
    access: organizer,
    summary: 'Replace a session; needs If-Match',
    ifMatch: true,
    params: session,
    body: manage.NewSession,
    maxBodyBytes: 1_000_000,
    responses: { 200: manage.SessionRecord },
    errors: ['session_not_found', 'session_cancelled', 'seat_map_on_sale', ...unfit, ...changed],
  },
  cancelSession: {
    method: 'POST',
    path: '/manage/sessions/{sessionId}/cancellation',
    access: organizer,
    summary: 'Cancel a session; needs If-Match',
    ifMatch: true,
    params: session,
    responses: { 200: manage.SessionRecord },
    errors: ['session_not_found', ...changed],
  },
} as const satisfies Readonly<Record<string, RouteSpec>>;
