import { type Database, insertRows } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import { writeMoves } from '../store/moves.ts';
import type { ReservationRow } from '../store/reservations.ts';
import type { ClaimState, Db, Schema } from '../store/schema.ts';
import { isCancelled } from '../store/sessions.ts';
import { type OfferedTo, offersOf, takeOffered } from '../waitlist/index.ts';

/** Units of one hold, to be made sure in MariaDB before any money moves. */
export interface ClaimRequest {
  readonly reservationId: string;
  readonly performanceId: string;
  readonly memberId: string;
  /** Who claims it for them. @default the member */
  readonly by?: string | undefined;
  readonly holdId: string;
  /** By which it is known when it is made again. Null when nobody asked for it by an Idempotency-Key. */
  readonly request: { readonly key: string; readonly hash: string } | null;
  readonly kind: 'bought' | 'complimentary';
  /** Of the hold. */
  readonly fence: number;
  readonly tickets: readonly ClaimedTicket[];
  readonly fee: number;
  readonly paymentKey: string | null;
  readonly policy: string;
  readonly startsAt: Date;
  /** JSON. */
  readonly shown: string;
  /** How many units of the session one member may have. Complimentary ones are not counted. */
  readonly limit: number;
  readonly payWithinSeconds: number;
  /** When the worker looks what became of it, should its request have died. */
  readonly settleAfterSeconds: number;
}

export interface ClaimedTicket {
  readonly id: string;
  readonly unit: number;
  readonly grade: string;
  /** JSON. */
  readonly label: string;
  readonly price: number;
}

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly claim: Payable }
  /** The same hold was claimed before: by this request, or by another one. */
  | { readonly kind: 'again'; readonly reservationId: string; readonly sameRequest: boolean }
  /** The key was used for another request. */
  | { readonly kind: 'reused' }
  /** The session was called off. */
  | { readonly kind: 'cancelled' }
  /** The member has left the house. */
  | { readonly kind: 'left' }
  | { readonly kind: 'taken'; readonly units: readonly number[] }
  | { readonly kind: 'limit'; readonly taken: number };

/** What has to be known of a claim to take the money for it. */
export type Payable = Pick<ReservationRow, 'id' | 'session_id' | 'hold_id' | 'ticket_total' | 'fee' | 'payment_key'>;

interface Found {
  readonly cancelled: boolean;
  readonly taken: Map<number, string | null>;
  /** Those of the taken units that are offered to a member, who may claim them. */
  readonly offers: ReadonlyMap<number, OfferedTo>;
  readonly counts: Map<string, number>;
  /** Members who have left. */
  readonly left: ReadonlySet<string>;
  /** Reservations of these holds or keys, and those that are being made now. */
  readonly before: Before[];
}

/** A member, by id. */
interface Left {
  readonly id: string;
  readonly hold_id: null;
}

interface Before {
  readonly id: string;
  readonly hold_id: string;
  readonly request_key: string | null;
  readonly request_hash: string | null;
}

/** Claims for one session in one transaction: each gets its own answer, and who is refused leaves no trace. */
export function claimAll(
  db: Database<Schema>,
  sessionId: string,
  requests: readonly ClaimRequest[],
): Promise<readonly ClaimOutcome[]> {
  return db.transaction(async (trx) => {
    const found = await look(trx, sessionId, requests);
    const decisions = requests.map((request) => decide(found, sessionId, request));
    const winners = requests.filter((_, index) => decisions[index]?.kind === 'claimed');
    if (winners.length > 0) await write(trx, sessionId, { requests: winners, offers: found.offers });
    return decisions;
  });
}

/** Locked, in the order of the key, so that two writers wait for each other and do not embrace. */
async function look(trx: Db, sessionId: string, requests: readonly ClaimRequest[]): Promise<Found> {
  const cancelled = await isCancelled(trx, sessionId);
  const units = sorted(requests.flatMap(({ tickets }) => tickets.map(({ unit }) => unit)));
  const members = sorted(requests.map(({ memberId }) => memberId));
  const holds = sorted(requests.map(({ holdId }) => holdId));
  const keys = sorted(requests.flatMap(({ request }) => request?.key ?? []));
  const claims = await sql<{ unit: number; reservation_id: string | null; state: ClaimState }>`
    SELECT unit, reservation_id, state FROM seat_claims
    WHERE session_id = ${sessionId} AND unit IN (${sql.join(units)}) ORDER BY unit FOR UPDATE`.execute(trx);
  const counts = await sql<{ member_id: string; taken: number }>`
    SELECT member_id, taken FROM member_sessions
    WHERE session_id = ${sessionId} AND member_id IN (${sql.join(members)}) ORDER BY member_id FOR UPDATE`.execute(trx);
  // With who has left, in the same statement: a replica that has not heard of it may still take them for members.
  const before = await sql<Before | Left>`
    SELECT member_id AS id, NULL AS hold_id, NULL AS request_key, NULL AS request_hash FROM buyers
    WHERE member_id IN (${sql.join(members)}) AND erased
    UNION SELECT id, hold_id, request_key, request_hash FROM reservations
    WHERE session_id = ${sessionId} AND hold_id IN (${sql.join(holds)})
    ${keys.length > 0 ? sql`UNION SELECT id, hold_id, request_key, request_hash FROM reservations WHERE request_key IN (${sql.join(keys)})` : sql``}`.execute(
    trx,
  );
  return {
    cancelled,
    taken: new Map(claims.rows.map(({ unit, reservation_id }) => [unit, reservation_id])),
    offers: await offersOf(
      trx,
      sessionId,
      claims.rows.flatMap(({ unit, state }) => (state === 'offered' ? [unit] : [])),
    ),
    counts: new Map(counts.rows.map(({ member_id, taken }) => [member_id, taken])),
    left: new Set(before.rows.flatMap((row) => (row.hold_id === null ? [row.id] : []))),
    before: before.rows.flatMap((row) => (row.hold_id === null ? [] : [row])),
  };
}

/** Decides in the order of arrival, and notes a winner for those behind it. */
function decide(
  { cancelled, taken, offers, counts, left, before }: Found,
  sessionId: string,
  request: ClaimRequest,
): ClaimOutcome {
  const same = before.find(({ request_key }) => request_key !== null && request_key === request.request?.key);
  if (same && same.request_hash !== request.request?.hash) return { kind: 'reused' };
  const earlier = same ?? before.find(({ hold_id }) => hold_id === request.holdId);
  if (earlier) return { kind: 'again', reservationId: earlier.id, sameRequest: same !== undefined };
  if (cancelled) return { kind: 'cancelled' };
  if (left.has(request.memberId)) return { kind: 'left' };
  const units = request.tickets.map(({ unit }) => unit);
  const isOwn = (unit: number) => taken.get(unit) === null && offers.get(unit)?.memberId === request.memberId;
  const lost = units.filter((unit) => taken.has(unit) && !isOwn(unit));
  if (lost.length > 0) return { kind: 'taken', units: lost };
  const count = counts.get(request.memberId) ?? 0;
  const counted = request.kind === 'bought' ? units.length : 0;
  if (count + counted > request.limit) return { kind: 'limit', taken: count };
  for (const unit of units) taken.set(unit, request.reservationId);
  counts.set(request.memberId, count + counted);
  before.push({
    id: request.reservationId,
    hold_id: request.holdId,
    request_key: request.request?.key ?? null,
    request_hash: request.request?.hash ?? null,
  });
  return { kind: 'claimed', claim: payableOf(sessionId, request) };
}

interface Winners {
  readonly requests: readonly ClaimRequest[];
  readonly offers: Found['offers'];
}

async function write(trx: Db, sessionId: string, { requests, offers }: Winners) {
  await countFor(
    trx,
    sessionId,
    requests.filter(({ kind }) => kind === 'bought'),
  );
  await insertRows(
    trx,
    `INSERT INTO reservations (
       id, session_id, performance_id, member_id, hold_id, request_key, request_hash, kind, state, ticket_total, fee,
       payment_key, fence, policy, starts_at, shown, expires_at, due_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'CLAIMED', ?, ?, ?, ?, ?, ?, ?, NOW(3) + INTERVAL ? SECOND,
       NOW(3) + INTERVAL ? SECOND)`,
    requests.map((request) => reservationRow(sessionId, request)),
  );
  const tickets = requests.flatMap(({ reservationId, tickets: own }) =>
    own.map((ticket) => ({ reservationId, ...ticket })),
  );
  const byUnit = tickets.toSorted((a, b) => a.unit - b.unit);
  await insertRows(
    trx,
    "INSERT INTO seat_claims (session_id, unit, reservation_id, state) VALUES (?, ?, ?, 'claimed')",
    byUnit.flatMap(({ unit, reservationId }) => (offers.has(unit) ? [] : [[sessionId, unit, reservationId]])),
  );
  const taken = byUnit.flatMap(({ unit, reservationId }) => {
    const offer = offers.get(unit);
    return offer ? [{ unit, reservationId, entryId: offer.entryId }] : [];
  });
  await takeOffered(trx, sessionId, taken);
  await insertRows(
    trx,
    `INSERT INTO tickets (id, reservation_id, session_id, unit, grade, label, price, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'pending')`,
    tickets.map(({ id, reservationId, unit, grade, label, price }) => {
      return [id, reservationId, sessionId, unit, grade, label, price];
    }),
  );
  await writeMoves(
    trx,
    requests.map(({ reservationId, memberId, by = memberId }) => ({ reservationId, from: 'HELD', on: 'claimed', by })),
  );
}

async function countFor(trx: Db, sessionId: string, requests: readonly ClaimRequest[]) {
  await insertRows(
    trx,
    `INSERT INTO member_sessions (session_id, member_id, taken, max_units) VALUES (?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE taken = taken + VALUES(taken), max_units = GREATEST(VALUES(max_units), taken)`,
    requests.map(({ memberId, tickets, limit }) => {
      return [sessionId, memberId, tickets.length, Math.max(limit, tickets.length)];
    }),
  );
}

function reservationRow(sessionId: string, request: ClaimRequest) {
  return [
    request.reservationId,
    sessionId,
    request.performanceId,
    request.memberId,
    request.holdId,
    request.request?.key ?? null,
    request.request?.hash ?? null,
    request.kind,
    totalOf(request.tickets),
    request.fee,
    request.paymentKey,
    request.fence,
    request.policy,
    request.startsAt,
    request.shown,
    request.payWithinSeconds,
    request.settleAfterSeconds,
  ];
}

function payableOf(sessionId: string, { reservationId, holdId, tickets, fee, paymentKey }: ClaimRequest): Payable {
  return {
    id: reservationId,
    session_id: sessionId,
    hold_id: holdId,
    ticket_total: totalOf(tickets),
    fee,
    payment_key: paymentKey,
  };
}

function totalOf(tickets: readonly ClaimedTicket[]): number {
  return tickets.reduce((sum, { price }) => sum + price, 0);
}

function sorted<T extends number | string>(values: readonly T[]): T[] {
  return [...new Set(values)].toSorted((a, b) => (a < b ? -1 : 1));
}
