import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** How full it is. */
export interface DoorCounts {
  readonly admitted: number;
  /** Tickets that may go in, or have gone in. */
  readonly valid: number;
}

export async function countCheckIns(db: Executor, sessionId: string): Promise<DoorCounts> {
  const { rows } = await sql<DoorCounts>`
    SELECT
      (SELECT COUNT(*) FROM check_ins WHERE session_id = ${sessionId}) AS admitted,
      (SELECT COUNT(*) FROM tickets WHERE session_id = ${sessionId} AND state = 'valid') AS valid`.execute(db);
  return rows[0] ?? { admitted: 0, valid: 0 };
}

/** A ticket of which not every code that was ever made is good. */
export interface RevokedTicket {
  readonly ticketId: string;
  /** The one serial that is good, or null when none is: the ticket was cancelled. */
  readonly goodSerial: number | null;
}

/** What a scanner of the session must know besides the public keys, to do without a connection. */
export async function listRevoked(db: Executor, sessionId: string): Promise<RevokedTicket[]> {
  const { rows } = await sql<RevokedTicket>`
    SELECT id AS ticketId, IF(state = 'cancelled', NULL, serial) AS goodSerial FROM tickets
    WHERE session_id = ${sessionId} AND (state = 'cancelled' OR serial > 0) ORDER BY id`.execute(db);
  return rows;
}
