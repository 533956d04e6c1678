import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';
import type { Db } from '../store/schema.ts';

/**
 * Takes again the units of a reservation whose claim was let go, all of them or none: its money came late. The member's
 * limit is not asked again; it was kept to when the units were claimed.
 * @returns false when somebody else has one of them
 */
export async function reclaim(trx: Db, row: ReservationRow, tickets: readonly TicketRow[]): Promise<boolean> {
  const units = tickets.map(({ unit }) => unit).toSorted((a, b) => a - b);
  const { rows: taken } = await sql<{ unit: number }>`
    SELECT unit FROM seat_claims
    WHERE session_id = ${row.session_id} AND unit IN (${sql.join(units)}) ORDER BY unit FOR UPDATE`.execute(trx);
  if (taken.length > 0) return false;
  const rows = units.map((unit) => sql`(${row.session_id}, ${unit}, ${row.id}, 'claimed')`);
  try {
    await sql`INSERT INTO seat_claims (session_id, unit, reservation_id, state) VALUES ${sql.join(rows)}`.execute(trx);
  } catch (error) {
    // The statement is undone as a whole, and the transaction goes on.
    if (isDuplicateKey(error)) return false;
    throw error;
  }
  await sql`
    INSERT INTO member_sessions (session_id, member_id, taken, max_units)
    VALUES (${row.session_id}, ${row.member_id}, ${units.length}, ${units.length})
    ON DUPLICATE KEY UPDATE taken = taken + VALUES(taken), max_units = GREATEST(max_units, taken)`.execute(trx);
  await trx
    .updateTable('tickets')
    .set({ state: 'pending', cancelled_at: null })
    .where('reservation_id', '=', row.id)
    .where('unit', 'in', units)
    .execute();
  return true;
}
