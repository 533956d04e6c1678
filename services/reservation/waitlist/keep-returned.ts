import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import { isAnybodyWaiting } from './entries.ts';

/**
 * Keeps units of a reservation, that are given back in this transaction, for those who wait for seats of the session: from
 * sale to offer they are never free, whatever happens to this process.
 * @returns false when nobody waits; then nothing was done
 */
export async function keepReturned(
  trx: Executor,
  {
    sessionId,
    reservationId,
    units,
  }: { readonly sessionId: string; readonly reservationId: string; readonly units: readonly number[] },
): Promise<boolean> {
  if (!(await isAnybodyWaiting(trx, sessionId))) return false;
  const own = sql`
    session_id = ${sessionId} AND unit IN (${sql.join([...units])}) AND reservation_id = ${reservationId}`;
  await sql`
    INSERT INTO waitlist_units (session_id, unit)
    SELECT session_id, unit FROM seat_claims WHERE ${own} ORDER BY unit FOR UPDATE`.execute(trx);
  await sql`UPDATE seat_claims SET state = 'offered', reservation_id = NULL WHERE ${own}`.execute(trx);
  await sql`
    UPDATE waitlist_sessions SET due_at = NOW(3) WHERE id = ${sessionId} AND lease_token IS NULL`.execute(trx);
  return true;
}
