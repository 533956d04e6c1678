import { type KeyedRequest, Problem, problem } from '@ticketaka/platform/http';
import { Unavailable } from '@ticketaka/platform/mariadb';
import { priceHold } from '../domain/prices.ts';
import { decideSale } from '../domain/sale-rules.ts';
import { errors } from '../errors.ts';
import type { HoldRequest } from '../schemas/holds.ts';
import type { KnownSession } from '../sessions/index.ts';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';
import { directHold, holdDirectly } from './hold-directly.ts';
import { holdKeyOf } from './hold-id.ts';
import {
  type Held,
  type HoldTerms,
  holdBest,
  holdThese,
  inPicture,
  inRedis,
  onlyAgain,
  type WantedGrade,
} from './hold-in-redis.ts';
import type { Parts } from './parts.ts';

/** How long seats are kept, in milliseconds. */
export const holdMs = 7 * 60_000;
type BestRequest = Extract<HoldRequest, { grade: string }>;

export interface HoldCall {
  readonly memberId: string;
  readonly request: HoldRequest;
  readonly keyed: KeyedRequest;
}

export interface HeldSeats {
  readonly session: KnownSession;
  /** 128 bits in base64url. */
  readonly key: string;
  readonly units: readonly number[];
  readonly expiresAt: Date;
  readonly extended: boolean;
  /** What it is in MariaDB, where it costs what it did when it was written there. */
  readonly claimed?: { readonly row: ReservationRow; readonly tickets: readonly TicketRow[] } | undefined;
}

/**
 * Keeps seats for a member.
 * @throws Problem session_not_found, seats_invalid, grade_unknown, seats_taken, sold_out, hold_not_found, and why the
 *   session is not sold to this member now
 * @throws Unavailable
 */
export async function holdSeats(parts: Parts, call: HoldCall): Promise<HeldSeats> {
  const started = performance.now();
  try {
    return await keepSeats(parts, call);
  } finally {
    parts.load.note(call.request.sessionId, performance.now() - started);
  }
}

async function keepSeats(parts: Parts, call: HoldCall): Promise<HeldSeats> {
  const { request, memberId, keyed } = call;
  const session = await sellable(parts, request.sessionId);
  // A hold that cannot be paid for is a seat that nobody gets.
  if (!parts.isDatabaseUp()) throw new Unavailable('MariaDB is away');
  const common = { keyed, memberId, limit: session.document.session.perMemberLimit, ttlMs: holdMs };
  const held = await requireAllowed(parts, session, call).then(
    () => keepAllowed(parts, session, { ...common, request }),
    (error: unknown) => heldBefore(parts, session, { ...common, error, quantity: quantityOf(request) }),
  );
  const key = holdKeyOf(keyed, session.id);
  return {
    session,
    key,
    units: held.units,
    expiresAt: new Date(held.expiresAtMs),
    ...('claimed' in held
      ? { extended: held.extended, claimed: held.claimed }
      : { extended: held.replayed && (await isExtended(parts, { sessionId: session.id, key, memberId })) }),
  };
}

async function keepAllowed(
  parts: Parts,
  session: KnownSession,
  { request, ...common }: HoldTerms & { readonly request: HoldRequest },
) {
  const wanted = 'seats' in request ? request.seats : gradeOf(session, request);
  if ('length' in wanted) requireSeats(session, wanted);
  requireLeft(parts, session, { wanted, offer: request.offerId });
  const held = await inPicture(parts, () =>
    'length' in wanted
      ? holdThese(parts, session, { ...common, units: wanted, offer: request.offerId })
      : holdBest(parts, session, { ...common, ...wanted }),
  ).catch((error: unknown) => claimedBefore(parts, session, { ...common, error }));
  return held ?? (await holdDirectly(parts, { session, ...common, wanted, seconds: holdMs / 1000 }));
}

const quantityOf = (request: HoldRequest) => ('seats' in request ? request.seats.length : request.quantity);

/** @throws Problem why the session is not sold to this member now @throws Unavailable */
async function requireAllowed(parts: Parts, session: KnownSession, call: HoldCall): Promise<void> {
  if (!(await isOffered(parts, call))) requireTurn(parts, call);
  await requireSale(parts, session, call);
}

/** After these no hold is worth anything. After the others one that was begun in time can still be booked. */
const ending: ReadonlySet<string> = new Set(['session_cancelled', 'session_past']);

/**
 * What the same request was given before the sale closed, the offer ended, or a turn was to be waited for: its answer may
 * have been lost.
 * @throws the error when it was given nothing
 */
async function heldBefore(
  parts: Parts,
  session: KnownSession,
  { error, quantity, ...common }: HoldTerms & { readonly error: unknown; readonly quantity: number },
): Promise<Held> {
  const isOpened = session.saleTimes.some(({ opensAt }) => opensAt <= parts.now());
  if (!(error instanceof Problem) || ending.has(error.code) || !isOpened) throw error;
  // A crowd that is turned away costs Redis no more than this.
  if (!parts.repeatedHolds.take()) throw error;
  const found = await inPicture(parts, async () => {
    const epoch = await parts.image.epoch(session.id);
    if (epoch === undefined) return undefined;
    const asked = inRedis(session, common);
    return await parts.image.holdAny(session.id, { epoch, ...asked, ranges: onlyAgain, quantity });
  });
  if (found?.kind === 'held') return found;
  throw error;
}

/** It has become a claim that nobody is paying for: by a declined card, or at once, while Redis was away. @throws the error */
async function claimedBefore(
  parts: Parts,
  { id: sessionId }: KnownSession,
  { error, keyed, memberId }: HoldTerms & { readonly error: unknown },
) {
  if (!(error instanceof Problem) || error.code !== 'hold_not_found') throw error;
  const found = await directHold(parts, { sessionId, key: holdKeyOf(keyed, sessionId) });
  if (found?.claimed.row.member_id === memberId) return found;
  throw error;
}

interface HoldOwner {
  readonly sessionId: string;
  readonly key: string;
  readonly memberId: string;
}

async function isExtended({ image }: Parts, { sessionId, key, memberId }: HoldOwner): Promise<boolean> {
  const found = await image.get(sessionId, { holdId: key, memberId });
  return found.kind === 'held' && found.extended;
}

/** Whether all of the seats are offered to this member, whose turn has come with that. @throws Problem offer_ended */
async function isOffered({ waitlist }: Parts, { memberId, request }: HoldCall): Promise<boolean> {
  const { offerId, sessionId } = request;
  if (offerId === undefined) return false;
  const units = 'seats' in request ? request.seats : [];
  return (await waitlist.offers({ offerId, sessionId, memberId }, units)) && units.length > 0;
}

/** @throws Problem pass_required */
function requireTurn({ turns }: Parts, { memberId, request: { sessionId, pass } }: HoldCall) {
  if (!turns.requiresPass(sessionId)) return;
  if (pass === undefined || !turns.verifyPass(pass, { memberId, sessionId })) throw problem(errors, 'pass_required');
}

async function sellable({ sessions }: Parts, sessionId: string): Promise<KnownSession> {
  const session = await sessions.get(sessionId);
  if (!session) throw problem(errors, 'session_not_found');
  return session;
}

async function requireSale(parts: Parts, session: KnownSession, { memberId, request }: HoldCall) {
  const { perMemberLimit } = session.document.session;
  const { ageLimit, cancelled } = session.performance;
  const now = parts.now();
  const decided = decideSale({
    now,
    session: {
      startsAt: session.startsAt,
      cancelled: session.document.session.cancelled,
      performanceCancelled: cancelled,
    },
    windows: await parts.presales.windows(session, { code: request.presaleCode, now }),
    perMemberLimit,
    // What the member has already is counted where it is kept, with the hold itself.
    taken: 0,
    quantity: quantityOf(request),
    ageLimit,
    birthDate: ageLimit > 0 ? await birthDateOf(parts, memberId) : '',
  });
  if (decided.ok) return;
  const { ok: _, code, ...more } = decided;
  throw problem(errors, code, { extensions: more });
}

async function birthDateOf({ buyers }: Parts, memberId: string): Promise<string> {
  const buyer = await buyers.get(memberId);
  // Who has left has a token for some minutes more.
  return buyer?.birthDate ?? '9999-12-31';
}

/** @throws Problem grade_unknown */
export function gradeOf(
  session: KnownSession,
  { grade, quantity, wheelchair = false }: Pick<BestRequest, 'grade' | 'quantity' | 'wheelchair'>,
): WantedGrade {
  const index = session.grades.findIndex((each) => each.grade === grade);
  const grades = session.grades.map((each) => each.grade);
  if (index < 0) throw problem(errors, 'grade_unknown', { extensions: { grades } });
  return { grade: index, quantity, accessible: wheelchair };
}

/** @throws Problem seats_invalid */
export function requireSeats(session: KnownSession, units: readonly number[]) {
  const priced = priceHold({ units, gradeOf: (unit) => session.gradeOf[unit], grades: session.grades });
  if (!priced.ok) throw problem(errors, 'seats_invalid', { extensions: { reason: priced.code, seats: priced.units } });
}

/**
 * Whoever wants what is sold for good is refused at once, which costs nobody anything but this look. What is held may be
 * held by the very request that is made again here, which Redis knows.
 * @throws Problem seats_taken, sold_out
 */
export function requireLeft(
  { free }: Parts,
  session: KnownSession,
  { wanted, offer }: { readonly wanted: readonly number[] | WantedGrade; readonly offer?: string | undefined },
) {
  if ('grade' in wanted) {
    if (free.isSoldOut(session, wanted.grade)) throw problem(errors, 'sold_out');
    return;
  }
  const sold = offer === undefined ? free.sold(session, wanted) : [];
  if (sold.length > 0) throw problem(errors, 'seats_taken', { extensions: { seats: sold } });
}
