import { access } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { sessionId } from '../schemas/common.ts';
import * as schemas from './schemas.ts';

const door = access.role('staff', 'organizer', 'admin');
const params = z.object({ sessionId });
/** Staff is there for the whole house; organisers have their own sessions. */
const refusals = ['session_not_found', 'not_yours'] as const;

export const doorRoutes = {
  checkIn: {
    method: 'POST',
    path: '/check-ins',
    access: door,
    summary: 'Check tickets in: one at a gate, or all that a device scanned without a connection',
    description:
      'A ticket admits once. The same scans may be sent again: each carries an id, and is answered as the first time.',
    // No Idempotency-Key: each scan has an id of its own, so that a batch may be sent again in other parts.
    body: schemas.CheckInRequest,
    maxBodyBytes: 262_144,
    responses: { 200: schemas.CheckInReport },
    errors: refusals,
  },
  getDoorCounts: {
    method: 'GET',
    path: '/check-ins/sessions/{sessionId}',
    access: door,
    summary: 'Read how many are in, and which tickets more than one went in with',
    params,
    responses: { 200: schemas.DoorCounts },
    errors: refusals,
  },
  listRevocations: {
    method: 'GET',
    path: '/check-ins/sessions/{sessionId}/revocations',
    access: door,
    summary: 'List the tickets whose codes are not all good, for scanners without a connection',
    params,
    etag: 'body',
    responses: { 200: schemas.Revocations },
    errors: refusals,
  },
  getTicketKeys: {
    method: 'GET',
    path: '/ticket-keys',
    access: access.public(),
    summary: "Read the public keys of tickets' codes",
    etag: 'body',
    responses: { 200: schemas.TicketKeySet },
  },
} as const;
