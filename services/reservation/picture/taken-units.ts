import { sql } from 'kysely';
import type { SettledHold, TakenUnit } from '../seats/index.ts';
import type { KnownSession } from '../sessions/index.ts';
import type { ClaimState, Db } from '../store/schema.ts';
import { lingerMs } from '../waitlist/terms.ts';

interface ClaimRow {
  readonly unit: number;
  readonly state: ClaimState;
  readonly member_id: string | null;
  readonly fence: number | null;
  /** The entry of the waitlist, and until when, for a unit that is offered to somebody. */
  readonly offer_id: string | null;
  readonly offered_to: string | null;
  readonly offered_until: Date | null;
}

/** What MariaDB says of a session's units, by unit: those that are claimed, sold, or kept back. */
export async function takenUnits(db: Db, sessionId: string): Promise<Map<number, TakenUnit>> {
  const { rows } = await sql<ClaimRow>`
    SELECT c.unit, c.state, IF(r.kind = 'complimentary', NULL, r.member_id) AS member_id, r.fence,
      w.id AS offer_id, w.member_id AS offered_to, w.offered_until
    FROM seat_claims c LEFT JOIN reservations r ON r.id = c.reservation_id
      LEFT JOIN waitlist_units u ON c.state = 'offered' AND u.session_id = c.session_id AND u.unit = c.unit
      LEFT JOIN waitlist w ON w.id = u.entry_id
    WHERE c.session_id = ${sessionId}`.execute(db);
  return new Map(rows.map((row) => [row.unit, takenUnit(row)]));
}

/** Holds that were given without Redis and are not paid for: there they would be unknown, and given again. */
export async function directHolds(db: Db, sessionId: string): Promise<readonly SettledHold[]> {
  const { rows } = await sql<{ hold_id: string; member_id: string; request_hash: string }>`
    SELECT hold_id, member_id, request_hash FROM reservations
    WHERE session_id = ${sessionId} AND state = 'CLAIMED' AND fence = 0 AND payment_key IS NULL
      AND request_hash IS NOT NULL`.execute(db);
  return rows.map(({ hold_id: holdId, member_id: memberId, request_hash: requestHash }) => {
    return { holdId, memberId, requestHash };
  });
}

/**
 * Those that the hall never sells are blocked, whatever else is said of them. Those that it has not are left out: they were
 * sold of a larger one, which the session had before.
 */
export function withHall(session: KnownSession, taken: ReadonlyMap<number, TakenUnit>): Map<number, TakenUnit> {
  const whole = new Map([...taken].filter(([unit]) => unit < session.units));
  for (const unit of session.blocked) if (!whole.has(unit)) whole.set(unit, { unit, state: 'blocked' });
  return whole;
}

function takenUnit({ unit, state, member_id, fence, ...offer }: ClaimRow): TakenUnit {
  if (state === 'blocked') return { unit, state };
  if (state === 'offered') return offeredUnit(unit, offer);
  // Without a number it was never held: a direct claim, or a complimentary ticket.
  return { unit, state, ...(member_id !== null && { memberId: member_id }), ...(fence && { seq: fence }) };
}

/** What came back and has yet to be offered is nobody's, and nobody can hold it. */
function offeredUnit(
  unit: number,
  {
    offer_id: offerId,
    offered_to: memberId,
    offered_until: until,
  }: Pick<ClaimRow, 'offer_id' | 'offered_to' | 'offered_until'>,
): TakenUnit {
  if (offerId === null || memberId === null || until === null) return { unit, state: 'claimed' };
  return { unit, state: 'offered', offerId, memberId, expiresAtMs: until.getTime() + lingerMs };
}
