import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import type { Duplicate, Outcome } from './scan.ts';

export interface TicketRow {
  readonly id: string;
  readonly session_id: string;
  readonly grade: string;
  /** A `Label`, as JSON. */
  readonly label: string;
  readonly state: 'pending' | 'valid' | 'cancelled';
  readonly serial: number;
}

/** The tickets, kept as they are until the transaction ends: none is cancelled while it is let in. */
export async function ticketsToCheckIn(trx: Executor, ids: readonly string[]): Promise<Map<string, TicketRow>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<TicketRow>`
    SELECT id, session_id, grade, label, state, serial FROM tickets
    WHERE id IN (${sql.join(ids.toSorted())}) ORDER BY id LOCK IN SHARE MODE`.execute(trx);
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Those of the tickets that somebody has gone in with. Whoever is being let in right now is waited for: check-in keeps the
 * row of the ticket until it has said so.
 */
export async function enteredAmong(trx: Executor, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const which = sql.join(ids.toSorted());
  await sql`SELECT id FROM tickets WHERE id IN (${which}) ORDER BY id FOR UPDATE`.execute(trx);
  const { rows } = await sql<{ ticket_id: string }>`
    SELECT ticket_id FROM check_ins WHERE ticket_id IN (${which}) ORDER BY ticket_id`.execute(trx);
  return rows.map((row) => row.ticket_id);
}

/** By the clock of the database, which is the same for all replicas. */
export async function databaseTime(trx: Executor): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`SELECT NOW(3) AS now`.execute(trx);
  const [row] = rows;
  if (!row) throw new Error('the database told no time');
  return row.now;
}

/** A scan as it is noted. */
export interface NewScan {
  readonly key: string;
  readonly ticketId: string | null;
  readonly sessionId: string;
  readonly by: string;
  readonly gate: string;
  readonly at: Date;
  readonly offline: boolean;
}

/** Who is in with a ticket. */
export interface CheckInRow {
  readonly ticket_id: string;
  readonly scan_id: string;
  readonly scanned_at: Date;
  readonly gate: string;
  /** How often an earlier scan, uploaded later, took the place. */
  readonly taken_over: number;
}

/**
 * Lets the first scan of each ticket in: the one that arrives first, or one that a device made earlier without a
 * connection. Whoever comes at once waits on the key until this transaction ends.
 */
export async function letIn(trx: Executor, scans: readonly NewScan[]): Promise<Map<string | null, CheckInRow>> {
  if (scans.length === 0) return new Map();
  // In one order for everybody, against deadlocks.
  const ordered = scans.toSorted((a, b) => compare(a.ticketId, b.ticketId) || a.at.getTime() - b.at.getTime());
  const values = ordered.map(
    ({ ticketId, sessionId, key, at, gate, by, offline }) =>
      sql`(${ticketId}, ${sessionId}, ${key}, ${at}, ${gate}, ${by}, ${offline})`,
  );
  const earlier = sql`VALUES(offline) AND VALUES(scanned_at) < scanned_at`;
  // MariaDB assigns from left to right, and each sees those before it: what is compared comes last.
  await sql`
    INSERT INTO check_ins (ticket_id, session_id, scan_id, scanned_at, gate, member_id, offline)
    VALUES ${sql.join(values)}
    ON DUPLICATE KEY UPDATE
      scan_id = IF(${earlier}, VALUES(scan_id), scan_id),
      gate = IF(${earlier}, VALUES(gate), gate),
      member_id = IF(${earlier}, VALUES(member_id), member_id),
      offline = IF(${earlier}, 1, offline),
      taken_over = taken_over + IF(${earlier}, 1, 0),
      scanned_at = IF(${earlier}, VALUES(scanned_at), scanned_at)`.execute(trx);
  const { rows } = await sql<CheckInRow>`
    SELECT ticket_id, scan_id, scanned_at, gate, taken_over FROM check_ins
    WHERE ticket_id IN (${sql.join(ordered.map(({ ticketId }) => ticketId))})`.execute(trx);
  return new Map(rows.map((row) => [row.ticket_id, row]));
}

function compare(a: string | null, b: string | null) {
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

export interface ScanRow {
  readonly id: string;
  readonly outcome: Outcome['kind'];
  readonly first_at: Date | null;
  readonly first_gate: string | null;
}

/** Scans that have been answered before. */
export async function answeredScans(trx: Executor, keys: readonly string[]): Promise<Map<string, ScanRow>> {
  const { rows } = await sql<ScanRow>`
    SELECT id, outcome, first_at, first_gate FROM scans WHERE id IN (${sql.join(keys)})`.execute(trx);
  return new Map(rows.map((row) => [row.id, row]));
}

export interface AnsweredScan {
  readonly scan: NewScan;
  readonly letIn: boolean;
  readonly outcome: Outcome;
}

export async function noteScans(trx: Executor, answers: readonly AnsweredScan[]): Promise<void> {
  if (answers.length === 0) return;
  const values = answers
    .toSorted((a, b) => compare(a.scan.key, b.scan.key))
    .map(({ scan: { key, ticketId, sessionId, at, by, gate, offline }, letIn: entered, outcome }) => {
      const first = outcome.kind === 'already' ? outcome : { at: null, gate: null };
      return sql`(${key}, ${ticketId}, ${sessionId}, ${at}, ${by}, ${gate}, ${offline}, ${entered}, ${outcome.kind},
        ${first.at}, ${first.gate})`;
    });
  // The same scan may arrive twice at once: of the two, which are answered alike, one is noted.
  await sql`
    INSERT INTO scans (id, ticket_id, session_id, scanned_at, member_id, gate, offline, let_in, outcome,
      first_at, first_gate)
    VALUES ${sql.join(values)} ON DUPLICATE KEY UPDATE id = VALUES(id)`.execute(trx);
}

interface EntryRow {
  readonly ticket_id: string;
  readonly scanned_at: Date;
  readonly gate: string;
}

/** Of these tickets, those that more than one person went in with. */
export async function duplicatesAmong(trx: Executor, ticketIds: readonly string[]): Promise<Duplicate[]> {
  if (ticketIds.length === 0) return [];
  const { rows } = await sql<EntryRow>`
    SELECT ticket_id, scanned_at, gate FROM scans
    WHERE ticket_id IN (${sql.join(ticketIds)}) AND let_in
    ORDER BY ticket_id, scanned_at, received_at, id`.execute(trx);
  return duplicatesOf(rows);
}

/** All of a session, for whoever has to talk to two people with one seat. */
export async function listDuplicates(db: Executor, sessionId: string): Promise<Duplicate[]> {
  const { rows } = await sql<EntryRow>`
    SELECT ticket_id, scanned_at, gate FROM scans
    WHERE session_id = ${sessionId} AND let_in AND ticket_id IN (
      SELECT ticket_id FROM scans WHERE session_id = ${sessionId} AND let_in
      GROUP BY ticket_id HAVING COUNT(*) > 1)
    ORDER BY ticket_id, scanned_at, received_at, id`.execute(db);
  return duplicatesOf(rows);
}

function duplicatesOf(rows: readonly EntryRow[]): Duplicate[] {
  const byTicket = Map.groupBy(rows, (row) => row.ticket_id);
  return [...byTicket].flatMap(([ticketId, entries]) => {
    const [first, ...others] = entries.map(({ scanned_at: at, gate }) => ({ at, gate }));
    return first && others.length > 0 ? [{ ticketId, first, others }] : [];
  });
}
