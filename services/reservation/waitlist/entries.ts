import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/**
 * `offered` until the offer is taken whole or its time is over; then `taken` when anything of it was, `left` when the
 * member let it go, else `expired`. `closed`: nothing of the session is sold any more.
 */
export const entryStates = ['waiting', 'offered', 'taken', 'expired', 'left', 'closed'] as const;
export type EntryState = (typeof entryStates)[number];

export interface EntryRow {
  readonly place: number;
  readonly id: string;
  readonly session_id: string;
  readonly member_id: string;
  /** Null for any one. */
  readonly grade: string | null;
  readonly quantity: number;
  readonly state: EntryState;
  readonly offered_until: Date | null;
  readonly passes: number;
  readonly saving_since: Date | null;
  readonly joined_at: Date;
}

const columns = sql`
  place, id, session_id, member_id, grade, quantity, state, offered_until, passes, saving_since, joined_at`;

export interface NewEntry {
  readonly id: string;
  readonly sessionId: string;
  readonly memberId: string;
  readonly grade: string | null;
  readonly quantity: number;
}

/** At the end of the queue, and has the session looked after. @throws a duplicate key when the member is in it */
export async function insertEntry(trx: Executor, entry: NewEntry): Promise<void> {
  const { id, sessionId, memberId, grade, quantity } = entry;
  await sql`
    INSERT INTO waitlist (id, session_id, member_id, grade, quantity)
    VALUES (${id}, ${sessionId}, ${memberId}, ${grade}, ${quantity})`.execute(trx);
  await sql`
    INSERT INTO waitlist_sessions (id, due_at) VALUES (${sessionId}, NOW(3))
    ON DUPLICATE KEY UPDATE due_at = COALESCE(due_at, NOW(3))`.execute(trx);
}

interface Whose {
  readonly sessionId: string;
  readonly memberId: string;
}

/** The last one of the member, whatever became of it. */
export async function lastEntry(db: Executor, { sessionId, memberId }: Whose): Promise<EntryRow | undefined> {
  const { rows } = await sql<EntryRow>`
    SELECT ${columns} FROM waitlist
    WHERE session_id = ${sessionId} AND member_id = ${memberId} ORDER BY place DESC LIMIT 1`.execute(db);
  return rows[0];
}

/** How many who want such seats wait before an entry. */
export async function countBefore(db: Executor, { session_id, place, grade }: EntryRow): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT COUNT(*) AS count FROM waitlist
    WHERE session_id = ${session_id} AND state = 'waiting' AND place < ${place}
      AND (grade IS NULL OR ${grade} IS NULL OR grade = ${grade})`.execute(db);
  return rows[0]?.count ?? 0;
}

export async function isAnybodyWaiting(trx: Executor, sessionId: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM waitlist WHERE session_id = ${sessionId} AND state = 'waiting' LIMIT 1`.execute(trx);
  return rows.length > 0;
}

/**
 * Those who wait longest, so many of each wish: whoever wants what cannot be had hides nobody behind them who wants
 * something else.
 */
export async function waitingEntries(
  trx: Executor,
  sessionId: string,
  mostOfWish: number,
): Promise<readonly EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    SELECT ${columns} FROM waitlist
    WHERE session_id = ${sessionId} AND state = 'waiting' AND place IN (
      SELECT place FROM (
        SELECT place, ROW_NUMBER() OVER (PARTITION BY grade, quantity ORDER BY place) AS turn
        FROM waitlist WHERE session_id = ${sessionId} AND state = 'waiting') AS turns
      WHERE turn <= ${sql.lit(mostOfWish)})
    ORDER BY place FOR UPDATE`.execute(trx);
  return rows;
}

/** Entries of the session whose offers have run out, locked. */
export async function overdueEntries(trx: Executor, sessionId: string): Promise<readonly EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    SELECT ${columns} FROM waitlist
    WHERE session_id = ${sessionId} AND state = 'offered' AND offered_until <= NOW(3) ORDER BY place FOR UPDATE`.execute(
    trx,
  );
  return rows;
}

/** All who have an offer, locked. */
export async function offeredEntries(trx: Executor, sessionId: string): Promise<readonly EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    SELECT ${columns} FROM waitlist
    WHERE session_id = ${sessionId} AND state = 'offered' ORDER BY place FOR UPDATE`.execute(trx);
  return rows;
}

/** @returns until when */
export async function markOffered(trx: Executor, id: string, offerMs: number): Promise<Date> {
  await sql`
    UPDATE waitlist SET state = 'offered', saving_since = NULL,
      offered_until = NOW(3) + INTERVAL ${offerMs * 1_000} MICROSECOND
    WHERE id = ${id}`.execute(trx);
  const { rows } = await sql<{ offered_until: Date }>`
    SELECT offered_until FROM waitlist WHERE id = ${id}`.execute(trx);
  const [row] = rows;
  if (!row) throw new Error(`entry ${id} of a waitlist has gone`);
  return row.offered_until;
}

/** Ends an entry whose offer is over. */
export async function endOffered(trx: Executor, id: string): Promise<void> {
  await sql`
    UPDATE waitlist SET state = IF(taken > 0, 'taken', IF(left_at IS NULL, 'expired', 'left')) WHERE id = ${id}`.execute(
    trx,
  );
}

/** The member goes. An offer is over at once, but for seats under a hold, which the member may still book. */
export async function leave(trx: Executor, { sessionId, memberId }: Whose): Promise<void> {
  await sql`
    UPDATE waitlist SET left_at = NOW(3), offered_until = IF(state = 'offered', NOW(3), NULL),
      state = IF(state = 'waiting', 'left', state)
    WHERE session_id = ${sessionId} AND member_id = ${memberId} AND live = 1`.execute(trx);
}

export async function closeWaiting(trx: Executor, sessionId: string): Promise<void> {
  await sql`UPDATE waitlist SET state = 'closed' WHERE session_id = ${sessionId} AND state = 'waiting'`.execute(trx);
}

export async function notePassed(trx: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`UPDATE waitlist SET passes = LEAST(passes + 1, 1000) WHERE id IN (${sql.join([...ids])})`.execute(trx);
}

export async function noteSaving(
  trx: Executor,
  { begun, ended }: { readonly begun: readonly string[]; readonly ended: readonly string[] },
): Promise<void> {
  if (begun.length > 0)
    await sql`UPDATE waitlist SET saving_since = NOW(3) WHERE id IN (${sql.join([...begun])})`.execute(trx);
  if (ended.length > 0)
    await sql`
      UPDATE waitlist SET saving_since = NULL, passes = 0 WHERE id IN (${sql.join([...ended])})`.execute(trx);
}

/** Forgets a member, whose offers go to others. @returns their sessions, and which offers they had */
export async function eraseEntries(
  trx: Executor,
  memberId: string,
): Promise<readonly Pick<EntryRow, 'id' | 'session_id' | 'state'>[]> {
  const { rows } = await sql<Pick<EntryRow, 'id' | 'session_id' | 'state'>>`
    SELECT id, session_id, state FROM waitlist WHERE member_id = ${memberId} ORDER BY place FOR UPDATE`.execute(trx);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  await sql`UPDATE waitlist_units SET entry_id = NULL WHERE entry_id IN (${sql.join(ids)})`.execute(trx);
  await sql`DELETE FROM waitlist WHERE id IN (${sql.join(ids)})`.execute(trx);
  return rows;
}
