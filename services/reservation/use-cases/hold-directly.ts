import { platformErrors } from '@ticketaka/platform/contract';
import { type KeyedRequest, problem, Unavailable } from '@ticketaka/platform/http';
import { endClaim } from '../claims/index.ts';
import { bestAvailable } from '../domain/best-available/index.ts';
import { errors } from '../errors.ts';
import { takenUnits, withHall } from '../picture/index.ts';
import type { KnownSession } from '../sessions/index.ts';
import { lockReservations, reservationByHold, reservationByRequest, ticketsOf } from '../store/reservations.ts';
import { claimRequest } from './claim-request.ts';
import { holdKeyOf } from './hold-id.ts';
import type { Parts } from './parts.ts';
import { freePicture } from './release-picture.ts';

export interface DirectHold {
  readonly session: KnownSession;
  readonly memberId: string;
  readonly keyed: KeyedRequest;
  /** What is to be held: these units, or the best of a grade. */
  readonly wanted:
    | readonly number[]
    | { readonly grade: number; readonly quantity: number; readonly accessible: boolean };
  readonly seconds: number;
}

/** Others claim in the same moment: how often it is looked for other seats. */
const looks = 4;

/**
 * Keeps seats while Redis is away: by a claim in MariaDB that has no payment yet, and ends by itself when it gets none.
 * It costs a commit, so that only some are let through.
 * @throws Problem seats_taken, sold_out, over_limit, idempotency_key_reused
 * @throws Unavailable when too many ask at once
 */
export async function holdDirectly(parts: Parts, hold: DirectHold) {
  if (!parts.directHolds.take())
    throw new Unavailable('Redis is away, and too many ask for seats', { retryAfterSeconds: 2 });
  const { session, memberId, keyed, seconds } = hold;
  const key = holdKeyOf(keyed, session.id);
  for (let look = 0; look < looks; look += 1) {
    const units = await unitsOf(parts, hold);
    if (!units) return await lastOf(parts, hold, key);
    const request = claimRequest(session, {
      memberId,
      units,
      hold: { key, fence: 0 },
      request: { key: keyed.key, hash: keyed.requestHash },
      paymentKey: null,
      payWithinSeconds: seconds,
      settleAfterSeconds: seconds,
    });
    const outcome = await parts.claims.claim(session.id, request);
    parts.pictures.distrust(session.id);
    if (outcome.kind === 'claimed' || outcome.kind === 'again') return await heldBy(parts, session.id, key);
    if (outcome.kind === 'reused') throw problem(platformErrors, 'idempotency_key_reused');
    if (outcome.kind === 'cancelled') throw problem(errors, 'session_cancelled');
    if (outcome.kind === 'left') throw problem(errors, 'hold_not_found');
    if (outcome.kind === 'limit') throw problem(errors, 'over_limit', { extensions: { taken: outcome.taken } });
    if (!('grade' in hold.wanted)) throw problem(errors, 'seats_taken', { extensions: { seats: outcome.units } });
  }
  throw problem(errors, 'seats_taken', { retryAfterSeconds: 1 });
}

/** @returns undefined when there are none left */
async function unitsOf({ db }: Parts, { session, wanted }: DirectHold): Promise<readonly number[] | undefined> {
  if (!('grade' in wanted)) return wanted;
  const taken = withHall(session, await takenUnits(db.kysely, session.id));
  const free = new Uint32Array(Math.ceil(session.units / 32));
  for (let unit = 0; unit < session.units; unit += 1) {
    if (!taken.has(unit)) free[unit >>> 5] = (free[unit >>> 5] ?? 0) | (1 << (unit & 31));
  }
  const { grade, quantity, accessible } = wanted;
  const [best] = bestAvailable({ layout: session.layout, free, quantity, grade, k: 1, accessible });
  return best?.units;
}

/** There is nothing left, unless this very request has it. @throws Problem sold_out, idempotency_key_reused */
async function lastOf(parts: Parts, { session, keyed }: DirectHold, key: string) {
  const before = await reservationByRequest(parts.db.kysely, keyed.key);
  if (!before) throw problem(errors, 'sold_out');
  if (before.request_hash !== keyed.requestHash) throw problem(platformErrors, 'idempotency_key_reused');
  return await heldBy(parts, session.id, key);
}

/** Until when it is, MariaDB has written by its own clock. */
async function heldBy(parts: Parts, sessionId: string, key: string) {
  const held = await directHold(parts, { sessionId, key });
  if (!held) throw problem(errors, 'hold_not_found');
  return held;
}

/** A claim that nobody is paying for, which is what a hold is without Redis, or after a card was declined. */
export async function directHold(
  { db }: Pick<Parts, 'db'>,
  name: { readonly sessionId: string; readonly key: string },
) {
  const row = await reservationByHold(db.kysely, name);
  if (row?.state !== 'CLAIMED' || row.payment_key !== null) return undefined;
  const tickets = await ticketsOf(db.kysely, [row.id]);
  const units = tickets.map(({ unit }) => unit);
  return { claimed: { row, tickets }, units, expiresAtMs: row.expires_at?.getTime() ?? 0, extended: true };
}

/** Lets the seats of such a hold go. @returns whether it was there, and this member's */
export async function releaseDirectly(
  parts: Parts,
  { memberId, ...name }: { readonly sessionId: string; readonly key: string; readonly memberId: string },
): Promise<boolean> {
  const held = await directHold(parts, name);
  if (held?.claimed.row.member_id !== memberId) return false;
  const { id } = held.claimed.row;
  const released = await parts.db.transaction(async (trx) => {
    const [row] = await lockReservations(trx, [id]);
    if (row?.state !== 'CLAIMED' || row.payment_key !== null) return undefined;
    return await endClaim(trx, parts.outbox, { row, on: 'released' });
  });
  if (released) await freePicture(parts, released);
  return released !== undefined;
}
