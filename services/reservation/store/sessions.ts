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

/** How a session stands by now, which may be another way than when it was booked. */
export interface Standing {
  /** {@link isCancelled}, or performances says so. */
  readonly isCalledOff: boolean;
  /** It was called off, and not only shown as cancelled after it took place: nobody has to bear anything of it. */
  readonly givesAllBack: boolean;
  /** Its hour of now. */
  readonly startsAt: Date;
  readonly hasBegun: boolean;
}

/** As {@link isCancelled}, for what comes late, when there is time to read all of it. */
export async function standingOf(db: Executor, sessionId: string): Promise<Standing | undefined> {
  const { rows } = await sql<{ off: number; here: number; ahead: number; starts_at: Date }>`
    SELECT cancelled_at IS NOT NULL AS here, starts_at > NOW(3) AS ahead, starts_at,
      JSON_VALUE(document, '$.session.cancelled') IN ('1', 'true')
        OR JSON_VALUE(document, '$.performance.cancelled') IN ('1', 'true') AS off
    FROM sessions WHERE session_id = ${sessionId} LOCK IN SHARE MODE`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const [isOff, isHere] = [row.off === 1, row.here === 1];
  return {
    isCalledOff: isHere || isOff,
    givesAllBack: isHere || (isOff && row.ahead === 1),
    startsAt: row.starts_at,
    hasBegun: row.ahead === 0,
  };
}
