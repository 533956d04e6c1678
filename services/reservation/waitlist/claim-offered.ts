import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** To whom a unit is offered. */
export interface OfferedTo {
  readonly entryId: string;
  readonly memberId: string;
}

/** Those of the units that are offered to somebody, locked. */
export async function offersOf(
  trx: Executor,
  sessionId: string,
  units: readonly number[],
): Promise<Map<number, OfferedTo>> {
  if (units.length === 0) return new Map();
  const { rows } = await sql<{ unit: number; entry_id: string; member_id: string }>`
    SELECT u.unit, u.entry_id, w.member_id FROM waitlist_units u JOIN waitlist w ON w.id = u.entry_id
    WHERE u.session_id = ${sessionId} AND u.unit IN (${sql.join([...units])}) ORDER BY u.unit FOR UPDATE`.execute(trx);
  return new Map(rows.map(({ unit, entry_id: entryId, member_id: memberId }) => [unit, { entryId, memberId }]));
}

export interface TakenOffer {
  readonly unit: number;
  readonly entryId: string;
  readonly reservationId: string;
}

/** Makes units that are offered claims of those whom they are offered to. */
export async function takeOffered(trx: Executor, sessionId: string, taken: readonly TakenOffer[]): Promise<void> {
  for (const [reservationId, own] of Map.groupBy(taken, (each) => each.reservationId)) {
    await sql`
      UPDATE seat_claims SET state = 'claimed', reservation_id = ${reservationId}
      WHERE session_id = ${sessionId} AND state = 'offered' AND unit IN (${sql.join(own.map(({ unit }) => unit))})`.execute(
      trx,
    );
  }
  for (const [entryId, own] of Map.groupBy(taken, (each) => each.entryId)) {
    await sql`
      DELETE FROM waitlist_units
      WHERE session_id = ${sessionId} AND unit IN (${sql.join(own.map(({ unit }) => unit))})`.execute(trx);
    // What is left of the offer stands until its time is over.
    await sql`
      UPDATE waitlist SET taken = taken + ${own.length},
        state = IF(EXISTS (SELECT 1 FROM waitlist_units u WHERE u.entry_id = ${entryId}), state, 'taken')
      WHERE id = ${entryId}`.execute(trx);
  }
}
