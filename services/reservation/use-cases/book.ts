import { platformErrors } from '@ticketaka/platform/contract';
import { type KeyedRequest, problem, Unavailable } from '@ticketaka/platform/http';
import type { z } from 'zod';
import type { ClaimOutcome, ClaimRequest } from '../claims/index.ts';
import { errors } from '../errors.ts';
import type { BookingRequest } from '../schemas/reservations.ts';
import type { KnownSession } from '../sessions/index.ts';
import {
  type ReservationRow,
  reservationByHold,
  reservationById,
  reservationByRequest,
} from '../store/reservations.ts';
import { claimRequest, totalOf } from './claim-request.ts';
import { splitHoldId } from './hold-id.ts';
import type { Parts } from './parts.ts';
import { type Booking, pay } from './pay.ts';

/** For the claim to be written: then the seats are the buyer's for good, or are free again. */
const pinMs = 30_000;
/** The worker looks after a claim whose request has not come to an end by then. */
const settleAfterSeconds = 60;
/** How long a claim waits for its payment. */
const payWithinSeconds = 600;

export interface BookCall {
  readonly memberId: string;
  readonly request: z.output<typeof BookingRequest>;
  readonly keyed: KeyedRequest;
}

/**
 * Claims the seats of a hold in MariaDB, takes the money, and makes the claim a sale. Repeating it with the same key does
 * what is left to do.
 * @throws Problem hold_not_found, seats_taken, over_limit, session_cancelled, session_past, payment_required,
 *   payment_not_needed, payment_declined, idempotency_key_reused, idempotency_in_progress
 * @throws Unavailable
 */
export async function book(parts: Parts, call: BookCall): Promise<Booking> {
  const { sessionId, key } = splitHoldId(call.request.holdId);
  const session = await parts.sessions.get(sessionId);
  if (!session) throw problem(errors, 'hold_not_found');
  const pinned = await pin(parts, { sessionId, key, memberId: call.memberId });
  if (pinned?.kind !== 'pinned') return await bookAgain(parts, call, { sessionId, key });
  const hold = { holdId: key, seq: pinned.seq };
  const outcome = await claim(parts, call, { session, key, ...pinned }).catch((error: unknown) => {
    // Nobody has claimed anything, and the hold goes on as if it had not been tried. After an outage in the middle of the
    // commit it may be claimed all the same: that is found when the pictures are compared.
    parts.image.unpin(sessionId, hold).catch((cause: unknown) => parts.log.warn({ err: cause }, 'a pin was left'));
    throw error;
  });
  settlePicture(parts, sessionId, hold);
  if (outcome.kind === 'claimed') return await pay(parts, outcome.claim, { by: call.memberId });
  const row = await reservationById(parts.db.kysely, outcome.reservationId);
  if (!row) throw new Error(`reservation ${outcome.reservationId} has gone`);
  return await resume(parts, call, row);
}

interface HoldName {
  readonly sessionId: string;
  readonly key: string;
  readonly memberId: string;
}

/** @returns undefined while Redis is away: then there are the holds that were made without it */
async function pin({ image, isRedisUp }: Parts, { sessionId, key, memberId }: HoldName) {
  try {
    return await image.pin(sessionId, { holdId: key, memberId, pinMs });
  } catch (error) {
    if (isRedisUp()) throw error;
    return undefined;
  }
}

interface Pinned {
  readonly session: KnownSession;
  readonly key: string;
  readonly units: readonly number[];
  readonly seq: number;
}

/** @throws Problem when it is refused */
async function claim(parts: Parts, call: BookCall, pinned: Pinned) {
  const { session } = pinned;
  requireSession(session, parts.now());
  // Mails need an address, and a member who has left must not buy.
  if (!(await parts.buyers.get(call.memberId))) throw problem(errors, 'hold_not_found');
  const outcome = await parts.claims.claim(session.id, claimOf(call, pinned));
  if (outcome.kind === 'claimed' || outcome.kind === 'again') return outcome;
  throw refusal(outcome);
}

function requireSession({ startsAt, document }: KnownSession, now: Date) {
  if (document.session.cancelled || document.performance.cancelled) throw problem(errors, 'session_cancelled');
  if (now >= startsAt) throw problem(errors, 'session_past');
}

/** @throws Problem seats_taken, payment_required, payment_not_needed */
function claimOf(call: BookCall, { session, key, units, seq }: Pinned): ClaimRequest {
  const { payment } = call.request;
  const request = claimRequest(session, {
    memberId: call.memberId,
    units,
    hold: { key, fence: seq },
    request: { key: call.keyed.key, hash: call.keyed.requestHash },
    paymentKey: payment?.paymentKey ?? null,
    payWithinSeconds,
    settleAfterSeconds,
  });
  const total = totalOf(request);
  if (total > 0 && !payment) throw problem(errors, 'payment_required', { extensions: { total } });
  if (total === 0 && payment) throw problem(errors, 'payment_not_needed');
  return request;
}

function refusal(outcome: Exclude<ClaimOutcome, { kind: 'claimed' | 'again' }>) {
  if (outcome.kind === 'reused') return problem(platformErrors, 'idempotency_key_reused');
  if (outcome.kind === 'cancelled') return problem(errors, 'session_cancelled');
  if (outcome.kind === 'left') return problem(errors, 'hold_not_found');
  if (outcome.kind === 'limit') return problem(errors, 'over_limit', { extensions: { taken: outcome.taken } });
  return problem(errors, 'seats_taken', { extensions: { seats: outcome.units } });
}

/** Not waited for: the claim stands in MariaDB, and the picture is compared with it. */
export function settlePicture(
  { image, log }: Parts,
  sessionId: string,
  hold: { readonly holdId: string; readonly seq: number },
) {
  image
    .settle(sessionId, hold)
    .catch((error: unknown) => log.warn({ err: error, sessionId }, 'the picture learns of a claim later'));
}

/** There is no hold: it has become a reservation, or it is over. */
async function bookAgain(
  parts: Parts,
  call: BookCall,
  hold: { readonly sessionId: string; readonly key: string },
): Promise<Booking> {
  const same = await reservationByRequest(parts.db.kysely, call.keyed.key);
  if (same && same.request_hash !== call.keyed.requestHash) throw problem(platformErrors, 'idempotency_key_reused');
  const row = same ?? (await reservationByHold(parts.db.kysely, hold));
  // While Redis is away nobody knows of the hold; it may be there when it is back.
  if (!row && !parts.isRedisUp()) throw new Unavailable('Redis is away');
  if (!row || row.member_id !== call.memberId || row.state === 'EXPIRED') throw problem(errors, 'hold_not_found');
  return await resume(parts, call, row);
}

/** Goes on with a reservation that there is already: the same request again, or another card for the same seats. */
async function resume(parts: Parts, call: BookCall, row: ReservationRow): Promise<Booking> {
  if (row.state !== 'CLAIMED') return { row, pending: false };
  const { payment } = call.request;
  const total = row.ticket_total + row.fee;
  if (total > 0 && !payment) throw problem(errors, 'payment_required', { extensions: { total } });
  // One payment at a time: the other one may still be taken.
  const isOther = row.payment_key !== null && row.payment_key !== payment?.paymentKey;
  if (isOther) throw problem(platformErrors, 'idempotency_in_progress', { retryAfterSeconds: 2 });
  return await pay(parts, row, { by: call.memberId, ...(payment && { paymentKey: payment.paymentKey }) });
}
