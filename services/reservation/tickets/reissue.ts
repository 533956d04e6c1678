import type { Database } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import { writeMoves } from '../store/moves.ts';
import type { Schema } from '../store/schema.ts';

export type Reissue = 'reissued' | 'not-valid' | 'used';

export interface ReissueRequest {
  readonly reservationId: string;
  readonly ticketId: string;
  /** Who asks for it. */
  readonly by: string;
}

/**
 * Raises the serial of a ticket, so that every code of it that was made before admits nobody.
 * @returns `used` when somebody has gone in with it. Whoever is being let in right now is waited for: check-in keeps the
 *   row of the ticket until it has said so.
 */
export function reissue(
  db: Pick<Database<Schema>, 'transaction'>,
  { reservationId, ticketId, by }: ReissueRequest,
): Promise<Reissue> {
  return db.transaction(async (trx) => {
    const { rows: valid } = await sql<{ serial: number }>`
      SELECT serial FROM tickets
      WHERE id = ${ticketId} AND reservation_id = ${reservationId} AND state = 'valid' FOR UPDATE`.execute(trx);
    const [ticket] = valid;
    if (!ticket) return 'not-valid';
    const { rows: entered } = await sql`SELECT ticket_id FROM check_ins WHERE ticket_id = ${ticketId}`.execute(trx);
    if (entered.length > 0) return 'used';
    await sql`UPDATE tickets SET serial = serial + 1 WHERE id = ${ticketId}`.execute(trx);
    const detail = { ticketId, serial: ticket.serial + 1 };
    // A ticket is valid as long as its reservation is confirmed.
    await writeMoves(trx, [{ reservationId, from: 'CONFIRMED', on: 'ticket_reissued', by, detail }]);
    return 'reissued';
  });
}
