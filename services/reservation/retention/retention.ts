import { Loop } from '@ticketaka/platform/due-work';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import { createPruning, type Database } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import type { SessionBook } from '../sessions/index.ts';
import type { Schema } from '../store/schema.ts';
import { pruneSession } from './prune-session.ts';

export interface RetentionOptions {
  readonly db: Database<Schema>;
  readonly sessions: Pick<SessionBook, 'latest'>;
  readonly log: Logger;
  /** Between two looks, in milliseconds. @default 10 minutes */
  readonly everyMs?: number | undefined;
  /** Rows of one statement. @default 1000 */
  readonly chunk?: number | undefined;
}

/** What only a sale needs is kept for so long after the session, for those who have questions about it. */
const keptDays = 30;
/** Sessions of one look. */
const atOnce = 20;

/**
 * Deletes what nobody needs when a session is over, by the clock of MariaDB: its waiting room is closed a day after it, and
 * what was there for its sale alone goes a month after it. Any number of replicas may.
 */
export function createRetention(options: RetentionOptions): Required<Component> {
  const { db, log, everyMs = 600_000, chunk = 1_000 } = options;
  const stopping = new AbortController();
  const loop = new Loop({
    name: 'retention',
    log,
    async round() {
      await closeRooms(db);
      const over = await sessionsOver(db);
      for (const sessionId of over) await prune({ ...options, chunk }, sessionId, stopping.signal);
      return over.length === atOnce ? 0 : everyMs;
    },
  });
  const reminders = createPruning({ db, log, table: 'reminders', column: 'day', olderThanSeconds: keptDays * 86_400 });
  return {
    name: 'retention',
    async start() {
      loop.start();
      await reminders.start();
    },
    async stop() {
      stopping.abort();
      await Promise.all([loop.stop(), reminders.stop()]);
    },
  };
}

async function prune(
  { db, sessions, log, chunk }: RetentionOptions & { readonly chunk: number },
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  // It may have been put off, and nobody has asked since; asking writes down what is heard.
  await sessions.latest(sessionId);
  if (signal.aborted || !(await isOver(db, sessionId))) return;
  const rows = await pruneSession({ db, sessionId, chunk, signal });
  if (rows > 0) log.info({ sessionId, rows }, 'what the sale of a session has left behind is deleted');
}

/** A room that is open is moved every second, for as long as it is there. */
async function closeRooms({ kysely }: Database<Schema>): Promise<void> {
  await sql`
    UPDATE waiting_rooms w JOIN sessions s ON s.session_id = w.id
    SET w.mode = 'off', w.due_at = NULL, w.lease_token = NULL
    WHERE w.mode <> 'off' AND s.starts_at < NOW(3) - INTERVAL 1 DAY`.execute(kysely);
}

/** One that was pruned and then put off is pruned again. */
const isToPrune = sql`
  starts_at < NOW(3) - INTERVAL ${sql.lit(keptDays)} DAY AND (pruned_at IS NULL OR pruned_at < starts_at)`;

async function sessionsOver({ kysely }: Database<Schema>): Promise<readonly string[]> {
  const { rows } = await sql<{ session_id: string }>`
    SELECT session_id FROM sessions WHERE ${isToPrune} ORDER BY starts_at LIMIT ${sql.lit(atOnce)}`.execute(kysely);
  return rows.map((row) => row.session_id);
}

async function isOver({ kysely }: Database<Schema>, sessionId: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM sessions WHERE session_id = ${sessionId} AND ${isToPrune}`.execute(kysely);
  return rows.length > 0;
}
