import { access } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { sessionId } from '../schemas/common.ts';

const params = z.object({ sessionId });
const hex = z.string().regex(/^[0-9a-f]*$/);
const token = z.string().min(1).max(500).meta({ description: 'The place in the queue; the client keeps it' });

const Queue = z
  .object({
    sessionId,
    state: z.enum(['off', 'lobby', 'shuffling', 'open']),
    serving: z.int().meta({ description: 'Who has this number or a lower one is let in' }),
    ratePerSecond: z.number().meta({ description: 'People let in a second' }),
    opensAt: z.iso.datetime().nullable(),
    publishedAt: z.iso.datetime(),
    commitment: hex.meta({ description: 'SHA-256 of the seed of the draw, known before it' }),
    seed: hex.nullable().meta({ description: 'Null until the draw' }),
    entrantsDigest: hex.nullable(),
    entrants: z.int().meta({ description: 'How many are or were in the lobby' }),
  })
  .meta({ id: 'Queue', description: 'The same for everybody: compare `serving` with your own number' });

const Place = z
  .object({
    state: z.enum(['off', 'lobby', 'shuffling', 'waiting', 'admitted', 'full']),
    token: token.nullable(),
    number: z.int().nullable().meta({ description: 'From 1' }),
    position: z.int().nullable().meta({ description: 'How many are let in up to and including this one' }),
    entrant: hex.nullable().meta({ description: 'The own id in the published list of the draw' }),
  })
  .meta({ id: 'QueuePlace' });

const Turn = z
  .object({
    state: z.enum(['admitted', 'waiting', 'lobby']),
    pass: z.string().optional().meta({ description: 'What the hold route asks for' }),
    expiresAt: z.iso.datetime().optional(),
    number: z.int().optional(),
    position: z.int().optional(),
  })
  .meta({ id: 'QueueTurn' });

const Draw = z
  .object({
    commitment: hex,
    seed: hex,
    entrantsDigest: hex,
    entrantCount: z.int(),
    entrants: z.array(hex).meta({ description: 'Sorted' }),
    next: hex.nullable(),
  })
  .meta({
    id: 'QueueDraw',
    description: 'A page of the record of a draw; `npm run verify-draw` checks the whole of it',
  });

const Settings = z
  .strictObject({
    mode: z.enum(['off', 'on', 'auto']).meta({ description: '`auto`: while more ask than can be served' }),
    opensAt: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .optional()
      .meta({ description: 'Until then a lobby gathers, and is shuffled' }),
    ratePerSecond: z.number().positive().max(100_000).optional().meta({ description: 'People a second at most' }),
  })
  .meta({ id: 'QueueSettings' });

export const waitingRoomRoutes = {
  enterQueue: {
    method: 'POST',
    path: '/sessions/{sessionId}/queue',
    access: access.member(),
    summary: 'Take a place in the waiting room, or find mine again',
    description: 'One place for each member: asking again gives the same one, so that no key is needed.',
    params,
    body: z.strictObject({ token: token.optional() }),
    responses: { 200: Place },
    errors: ['session_not_found', 'too_many_requests'],
  },
  getQueue: {
    method: 'GET',
    path: '/sessions/{sessionId}/queue',
    access: access.public(),
    summary: 'How far the queue is; the same for everybody, and a cache may answer for a second',
    params,
    responses: { 200: Queue },
    errors: ['session_not_found'],
  },
  takeTurn: {
    method: 'POST',
    path: '/sessions/{sessionId}/queue/turn',
    access: access.member(),
    summary: 'Trade a place whose turn it is for a pass',
    params,
    body: z.strictObject({ token }),
    responses: { 200: Turn },
    errors: ['pass_required'],
  },
  getDraw: {
    method: 'GET',
    path: '/sessions/{sessionId}/queue/draw',
    access: access.public(),
    summary: 'The record of the draw, for whoever wants to check it',
    params,
    query: z.object({
      after: hex.max(64).optional().meta({ description: '`next` of the page before' }),
      limit: z.coerce.number().int().min(1).max(10_000).default(1000),
    }),
    responses: { 200: Draw },
    errors: ['draw_not_found'],
  },
  setQueue: {
    method: 'PUT',
    path: '/manage/sessions/{sessionId}/queue',
    access: access.role('organizer', 'admin'),
    summary: 'Open, change or close the waiting room of a session of mine',
    params,
    body: Settings,
    responses: { 200: Queue },
    errors: ['session_not_found', 'not_yours'],
  },
} as const;
