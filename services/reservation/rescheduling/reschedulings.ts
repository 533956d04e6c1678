import { createDueWork, type DueRow, type DueWork, type Outcome } from '@ticketaka/platform/due-work';
import type { Metrics } from '@ticketaka/platform/metrics';
import { sql } from 'kysely';
import { addNotices } from '../notices/store.ts';
import { writeMoves } from '../store/moves.ts';
import { lockReservations } from '../store/reservations.ts';
import type { Db, Schema } from '../store/schema.ts';
import type { Parts } from '../use-cases/parts.ts';

export interface ReschedulingsOptions extends Pick<Parts, 'db' | 'log'> {
  readonly metrics: Metrics;
  /** The longest time between two looks, in milliseconds. @default 500 */
  readonly pollMs?: number | undefined;
  /** Reservations of one transaction. @default 500 */
  readonly batch?: number | undefined;
}

interface Rescheduling extends DueRow {
  readonly id: string;
}

const lookAgainSeconds = 60;
/** A claim that was made at the old hour becomes a sale after this at the latest. */
const watchedMinutes = 60;

/**
 * Brings what was booked of a session to its new hour, writes it down, and has the buyers told. They booked another one,
 * and can give back what does not suit them without a fee.
 */
export function createReschedulings(options: ReschedulingsOptions): DueWork {
  const { db, log, metrics, pollMs = 500 } = options;
  return createDueWork<Schema, Rescheduling>({
    db,
    table: 'session_reschedulings',
    name: 'session reschedulings',
    log,
    metrics,
    pollMs,
    handle: (row) => nextBatch(options, row.id),
  });
}

async function nextBatch({ db, batch = 500 }: ReschedulingsOptions, sessionId: string): Promise<Outcome<Schema>> {
  const ids = await bookedAtAnother(db.kysely, sessionId, batch);
  if (ids.length > 0) return { retryInSeconds: 0, write: (trx) => reschedule(trx, sessionId, ids) };
  const { rows } = await sql<{ is_over: number }>`
    SELECT changed_at < NOW(3) - INTERVAL ${sql.lit(watchedMinutes)} MINUTE AS is_over
    FROM session_reschedulings WHERE id = ${sessionId}`.execute(db.kysely);
  if (rows[0]?.is_over === 0) return { retryInSeconds: lookAgainSeconds };
  return {
    done: true,
    write: async (trx) => void (await sql`DELETE FROM session_reschedulings WHERE id = ${sessionId}`.execute(trx)),
  };
}

async function bookedAtAnother(db: Db, sessionId: string, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT r.id FROM reservations r JOIN sessions s ON s.session_id = r.session_id
    WHERE r.session_id = ${sessionId} AND r.state = 'CONFIRMED' AND r.starts_at <> s.starts_at
    ORDER BY r.id LIMIT ${sql.lit(limit)}`.execute(db);
  return rows.map(({ id }) => id);
}

async function reschedule(trx: Db, sessionId: string, ids: readonly string[]): Promise<void> {
  const session = await trx
    .selectFrom('sessions')
    .select('starts_at')
    .where('session_id', '=', sessionId)
    .executeTakeFirstOrThrow();
  const startsAt = session.starts_at.toISOString();
  const locked = await lockReservations(trx, ids);
  const rows = locked.filter(
    ({ state, starts_at: before }) => state === 'CONFIRMED' && before.toISOString() !== startsAt,
  );
  if (rows.length === 0) return;
  await sql`
    UPDATE reservations
    SET starts_at = ${session.starts_at}, rescheduled_at = NOW(3), shown = JSON_SET(shown, '$.startsAt', ${startsAt})
    WHERE id IN (${sql.join(rows.map(({ id }) => id))})`.execute(trx);
  const changes = rows.map((row) => ({ reservationId: row.id, detail: { before: row.starts_at.toISOString() } }));
  await writeMoves(
    trx,
    changes.map(({ reservationId, detail }) => {
      const to = { ...detail, startsAt };
      return { reservationId, from: 'CONFIRMED', on: 'rescheduled', by: null, detail: to };
    }),
  );
  await addNotices(
    trx,
    changes.map((change) => ({ ...change, kind: 'rescheduled' })),
  );
}
