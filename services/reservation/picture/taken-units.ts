import { sql } from 'kysely';
import type { TakenUnit } from '../seats/index.ts';
import type { KnownSession } from '../sessions/index.ts';
import type { Db } from '../store/schema.ts';

interface ClaimRow {
  readonly unit: number;
  readonly state: 'claimed' | 'sold' | 'blocked';
  readonly member_id: string | null;
  readonly fence: number | null;
}

/** What MariaDB says of a session's units, by unit: those that are claimed, sold, or kept back. */
export async function takenUnits(db: Db, sessionId: string): Promise<Map<number, TakenUnit>> {
  const { rows } = await sql<ClaimRow>`
    SELECT c.unit, c.state, IF(r.kind = 'complimentary', NULL, r.member_id) AS member_id, r.fence
    FROM seat_claims c LEFT JOIN reservations r ON r.id = c.reservation_id
    WHERE c.session_id = ${sessionId} AND c.state <> 'offered'`.execute(db);
  return new Map(rows.map((row) => [row.unit, takenUnit(row)]));
}

/** Those that the hall never sells are blocked, whatever else is said of them. */
export function withHall(session: KnownSession, taken: ReadonlyMap<number, TakenUnit>): Map<number, TakenUnit> {
  const whole = new Map(taken);
  for (const unit of session.blocked) if (!whole.has(unit)) whole.set(unit, { unit, state: 'blocked' });
  return whole;
}

function takenUnit({ unit, state, member_id, fence }: ClaimRow): TakenUnit {
  if (state === 'blocked') return { unit, state };
  // Without a number it was never held: a direct claim, or a complimentary ticket.
  return { unit, state, ...(member_id !== null && { memberId: member_id }), ...(fence && { seq: fence }) };
}
