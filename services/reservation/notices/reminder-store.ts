import { sql } from 'kysely';
import type { Reminded } from '../domain/reminders.ts';
import type { Db } from '../store/schema.ts';

/** Sessions that something is sold of, and of which nobody has asked for an hour whether they are still at theirs. */
export async function sessionsToCheck(db: Db, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ session_id: string }>`
    SELECT session_id FROM sessions s
    WHERE starts_at > NOW(3) - INTERVAL 7 DAY
      AND (checked_at IS NULL OR checked_at < NOW(3) - INTERVAL 1 HOUR)
      AND EXISTS (SELECT 1 FROM reservations r WHERE r.session_id = s.session_id AND r.state = 'CONFIRMED')
    ORDER BY checked_at LIMIT ${sql.lit(limit)}`.execute(db);
  return rows.map((row) => row.session_id);
}

export async function markChecked(db: Db, sessionIds: readonly string[]): Promise<void> {
  if (sessionIds.length === 0) return;
  await sql`UPDATE sessions SET checked_at = NOW(3) WHERE session_id IN (${sql.join(sessionIds)})`.execute(db);
}

/** Reservations of which nobody was reminded for that day, of sessions that begin then as far as it is known. */
function toRemind(db: Db, { day, startsFrom, startsBefore, bookedBefore }: Reminded) {
  return (
    db
      .selectFrom('reservations as r')
      .innerJoin('sessions as s', 's.session_id', 'r.session_id')
      .where('s.starts_at', '>=', startsFrom)
      .where('s.starts_at', '<', startsBefore)
      .where('r.state', '=', 'CONFIRMED')
      // Whoever booked today was told this hour today, unless it was another then.
      .where((or) =>
        or.or([
          or('r.confirmed_at', '<', bookedBefore),
          or('r.starts_at', '<', startsFrom),
          or('r.starts_at', '>=', startsBefore),
        ]),
      )
      .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM reminders m WHERE m.reservation_id = r.id AND m.day = ${day})`)
  );
}

export async function sessionsToRemind(db: Db, reminded: Reminded): Promise<readonly string[]> {
  const rows = await toRemind(db, reminded).select('r.session_id as id').distinct().execute();
  return rows.map(({ id }) => id);
}

export interface Chosen {
  readonly reminded: Reminded;
  readonly sessionIds: readonly string[];
  readonly limit: number;
}

export async function reservationsToRemind(
  db: Db,
  { reminded, sessionIds, limit }: Chosen,
): Promise<readonly string[]> {
  if (sessionIds.length === 0) return [];
  const rows = await toRemind(db, reminded)
    .select('r.id')
    .where('r.session_id', 'in', [...sessionIds])
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Writes down that these are reminded for that day.
 * @returns those that are: nothing is said of what was given back meanwhile, or that another worker was faster with
 */
export async function noteReminded(
  trx: Db,
  { day, ids }: { readonly day: string; readonly ids: readonly string[] },
): Promise<readonly { readonly id: string; readonly session_id: string }[]> {
  if (ids.length === 0) return [];
  const rows = await trx
    .selectFrom('reservations')
    .select(['id', 'session_id'])
    .where('id', 'in', [...ids])
    .where('state', '=', 'CONFIRMED')
    .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM reminders m WHERE m.reservation_id = id AND m.day = ${day})`)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (rows.length === 0) return [];
  // The key lets there be one, whoever was not seen.
  const values = rows.map(({ id }) => sql`(${id}, ${day})`);
  await sql`INSERT INTO reminders (reservation_id, day) VALUES ${sql.join(values)}`.execute(trx);
  const found = rows.map(({ id }) => id);
  await trx.updateTable('reservations').set({ reminded_at: sql<Date>`NOW(3)` }).where('id', 'in', found).execute();
  return rows;
}
