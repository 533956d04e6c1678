import { sql } from 'kysely';
import type { SessionLimits } from '../domain/rotation.ts';
import type { AuthExecutor } from './accounts.ts';
import { secondsAgo } from './sessions.ts';

const batch = 500;

/**
 * A replaced token is kept for so long, to recognise it when a thief brings it. Later it is merely unknown: refused
 * just the same, but the session goes on.
 */
const replacedTokenSeconds = 7 * 24 * 3600;

/** Deletes a batch of what is over. Returns how many rows there were; fewer than a batch means that it was the last. */
export async function pruneOnce(db: AuthExecutor, limits: SessionLimits): Promise<{ rows: number; more: boolean }> {
  const counts = [
    await deleted(sql`DELETE FROM sessions WHERE created_at <= ${secondsAgo(limits.absolute)} LIMIT ${batch}`, db),
    await deleted(sql`DELETE FROM sessions WHERE rotated_at <= ${secondsAgo(limits.idle)} LIMIT ${batch}`, db),
    await deleted(
      sql`DELETE FROM refresh_tokens WHERE issued_at <= ${secondsAgo(replacedTokenSeconds)} AND generation + 1 <
            (SELECT generation FROM sessions WHERE sessions.session_id = refresh_tokens.session_id) LIMIT ${batch}`,
      db,
    ),
  ];
  return { rows: counts.reduce((sum, count) => sum + count, 0), more: counts.some((count) => count === batch) };
}

async function deleted(statement: ReturnType<typeof sql>, db: AuthExecutor): Promise<number> {
  const { numAffectedRows = 0n } = await statement.execute(db);
  return Number(numAffectedRows);
}
