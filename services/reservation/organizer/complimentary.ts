import { randomBytes } from 'node:crypto';
import { platformErrors } from '@ticketaka/platform/contract';
import { type KeyedRequest, problem } from '@ticketaka/platform/http';
import { complimentaryHolder } from '../claims/index.ts';
import { errors } from '../errors.ts';
import type { KnownSession } from '../sessions/index.ts';
import { reservationById, reservationByRequest, ticketsOf } from '../store/reservations.ts';
import { standingOf } from '../store/sessions.ts';
import { settlePicture } from '../use-cases/book.ts';
import { claimRequest } from '../use-cases/claim-request.ts';
import { gradeOf, requireLeft, requireSeats } from '../use-cases/hold.ts';
import { holdKeyOf } from '../use-cases/hold-id.ts';
import { holdBest, holdThese } from '../use-cases/hold-in-redis.ts';
import type { Parts } from '../use-cases/parts.ts';
import type { ComplimentaryRequest } from './schemas.ts';

/** For the claim to be written. Should this process die, the seats are free again after it. */
const holdMs = 60_000;
const noLimit = 1_000_000;

export interface ComplimentaryCall {
  readonly session: KnownSession;
  readonly request: ComplimentaryRequest;
  /** The organiser. */
  readonly by: string;
  readonly keyed: KeyedRequest;
}

/**
 * Gives seats away, in the way in which they are sold: held, claimed, confirmed. They count for nobody's limit. Repeating
 * it with the same key does what is left to do.
 * @throws Problem recipient_not_found, session_cancelled, session_past, idempotency_key_reused, and as holding seats does
 * @throws Unavailable
 */
export async function giveComplimentary(parts: Parts, { session, request, by, keyed }: ComplimentaryCall) {
  const before = await reservationByRequest(parts.db.kysely, keyed.key);
  if (before && before.request_hash !== keyed.requestHash) throw problem(platformErrors, 'idempotency_key_reused');
  if (before) return await give(parts, session, before.id);
  requireToCome(session, parts.now());
  if (!(await parts.buyers.get(request.memberId))) throw problem(errors, 'recipient_not_found');
  const random = randomBytes(16).toString('base64url');
  const key = holdKeyOf({ key: random }, session.id);
  const held = await holdFor(parts, session, { request, key: random });
  const hold = { holdId: key, seq: held.seq };
  const claim = claimRequest(session, {
    memberId: request.memberId,
    units: held.units,
    hold: { key, fence: held.seq },
    request: { key: keyed.key, hash: keyed.requestHash },
    paymentKey: null,
    payWithinSeconds: 600,
    settleAfterSeconds: 60,
  });
  const tickets = claim.tickets.map((ticket) => ({ ...ticket, price: 0 }));
  const outcome = await parts.claims.claim(session.id, { ...claim, kind: 'complimentary', by, tickets, fee: 0 });
  if (outcome.kind !== 'claimed') {
    await parts.image.release(session.id, hold);
    if (outcome.kind === 'again') return await give(parts, session, outcome.reservationId);
    if (outcome.kind === 'reused') throw problem(platformErrors, 'idempotency_key_reused');
    if (outcome.kind === 'left') throw problem(errors, 'recipient_not_found');
    if (outcome.kind === 'cancelled') throw problem(errors, 'session_cancelled');
    throw problem(errors, 'seats_taken', { extensions: outcome.kind === 'taken' ? { seats: outcome.units } : {} });
  }
  settlePicture(parts, session.id, hold);
  return await give(parts, session, outcome.claim.id);
}

function holdFor(
  parts: Parts,
  session: KnownSession,
  { request, key }: { readonly request: ComplimentaryRequest; readonly key: string },
) {
  const common = { keyed: { key, requestHash: key }, memberId: complimentaryHolder, limit: noLimit, ttlMs: holdMs };
  if ('grade' in request) return holdBest(parts, session, { ...common, ...gradeOf(session, request) });
  requireSeats(session, request.units);
  requireLeft(parts, session, { wanted: request.units });
  return holdThese(parts, session, { ...common, units: request.units, offer: undefined });
}

function requireToCome({ startsAt, document }: KnownSession, now: Date) {
  if (document.session.cancelled || document.performance.cancelled) throw problem(errors, 'session_cancelled');
  if (now >= startsAt) throw problem(errors, 'session_past');
}

/** Makes a claim into tickets, if it is not that already. */
async function give({ claims, db }: Parts, { id: sessionId }: KnownSession, reservationId: string) {
  await claims.confirm(sessionId, { reservationId, payment: null });
  const row = await reservationById(db.kysely, reservationId);
  if (!row) throw new Error(`reservation ${reservationId} has gone`);
  if (row.confirmed_at) return { row, tickets: await ticketsOf(db.kysely, [row.id]) };
  // The session was called off at this moment, or nobody has come back for so long that the seats are free again.
  const standing = await standingOf(db.kysely, sessionId);
  throw problem(errors, standing?.isCalledOff ? 'session_cancelled' : 'seats_taken');
}
