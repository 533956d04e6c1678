import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/**
 * Whether the organiser has cancelled the session here. Until the transaction ends nobody can: who cancels waits for it,
 * and sees what it did.
 */
export async function isCancelled(trx: Executor, sessionId: string): Promise<boolean> {
  const { rows } = await sql<{ cancelled_at: Date | null }>`
    SELECT cancelled_at FROM sessions WHERE session_id = ${sessionId} LOCK IN SHARE MODE`.execute(trx);
  return rows[0]?.cancelled_at instanceof Date;
}

/** {@link isCancelled}, or performances says so: for money that comes late, when there is time to read all of it. */
export async function isCalledOff(trx: Executor, sessionId: string): Promise<boolean> {
  const { rows } = await sql<{ off: number }>`
    SELECT cancelled_at IS NOT NULL
      OR JSON_VALUE(document, '$.session.cancelled') IN ('1', 'true')
      OR JSON_VALUE(document, '$.performance.cancelled') IN ('1', 'true') AS off
    FROM sessions WHERE session_id = ${sessionId} LOCK IN SHARE MODE`.execute(trx);
  return rows[0]?.off === 1;
}
