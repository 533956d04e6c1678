import type { AnyDatabase } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export type Reissue = 'reissued' | 'not-valid' | 'used';

/**
 * Raises the serial of a ticket, so that every code of it that was made before admits nobody.
 * @returns `used` when somebody has gone in with it. Whoever is being let in right now is waited for: check-in keeps the
 *   row of the ticket until it has said so.
 */
export function reissue(
  db: AnyDatabase,
  { reservationId, ticketId }: { readonly reservationId: string; readonly ticketId: string },
): Promise<Reissue> {
  return db.transaction(async (trx) => {
    const { rows: valid } = await sql`
      SELECT id FROM tickets
      WHERE id = ${ticketId} AND reservation_id = ${reservationId} AND state = 'valid' FOR UPDATE`.execute(trx);
    if (valid.length === 0) return 'not-valid';
    const { rows: entered } = await sql`SELECT ticket_id FROM check_ins WHERE ticket_id = ${ticketId}`.execute(trx);
    if (entered.length > 0) return 'used';
    await sql`UPDATE tickets SET serial = serial + 1 WHERE id = ${ticketId}`.execute(trx);
    return 'reissued';
  });
}
