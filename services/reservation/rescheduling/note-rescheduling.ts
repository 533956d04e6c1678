import { sql } from 'kysely';
import type { Db } from '../store/schema.ts';

export interface SessionHour {
  readonly sessionId: string;
  readonly startsAt: Date;
  /** Of what performances said. */
  readonly version: number;
}

/**
 * Has the bookings of a session brought to its hour, where it was another one as far as we knew. To be called before the
 * new one is written: who dies in between finds the old one, and says it again.
 */
export async function noteRescheduling(db: Db, { sessionId, startsAt, version }: SessionHour): Promise<void> {
  await sql`
    INSERT INTO session_reschedulings (id, changed_at, due_at)
    SELECT session_id, NOW(3), NOW(3) FROM sessions
    WHERE session_id = ${sessionId} AND starts_at <> ${startsAt} AND version <= ${version}
    ON DUPLICATE KEY UPDATE changed_at = NOW(3), due_at = NOW(3), lease_token = NULL`.execute(db);
}
