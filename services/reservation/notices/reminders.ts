import { createDueWork, type DueRow, type DueWork, type Outcome } from '@ticketaka/platform/due-work';
import type { Metrics } from '@ticketaka/platform/metrics';
import { sql } from 'kysely';
import { type Reminded, remindedAt } from '../domain/reminders.ts';
import type { Db, Schema } from '../store/schema.ts';
import type { Parts } from '../use-cases/parts.ts';
import { addNotices } from './store.ts';

export interface RemindersOptions extends Pick<Parts, 'db' | 'log' | 'now'> {
  readonly sessions: Pick<Parts['sessions'], 'latest'>;
  readonly metrics: Metrics;
  /** The longest time between two looks whether a round is due, in milliseconds. @default 500 */
  readonly pollMs?: number | undefined;
  /** Reservations of one transaction. @default 500 */
  readonly batch?: number | undefined;
}

const roundSeconds = 60;

/**
 * Has buyers reminded on the day before. Once a minute one worker looks who has not been, and marks them in the transaction
 * that adds their notices, so that each is reminded once.
 */
export function createReminders(options: RemindersOptions): DueWork {
  const { db, log, metrics, pollMs = 500 } = options;
  return createDueWork<Schema, DueRow>({
    db,
    table: 'reminder_rounds',
    name: 'reminders',
    concurrency: 1,
    log,
    metrics,
    pollMs,
    handle: () => round(options),
  });
}

async function round({ db, sessions, now, batch = 500 }: RemindersOptions): Promise<Outcome<Schema>> {
  const reminded = remindedAt(now());
  if (!reminded) return { retryInSeconds: roundSeconds };
  const playing: string[] = [];
  for (const sessionId of await sessionsToRemind(db.kysely, reminded)) {
    const session = await sessions.latest(sessionId);
    if (session && isStillOn(session, reminded)) playing.push(sessionId);
  }
  const ids = await reservationsToRemind(db.kysely, { reminded, sessionIds: playing, limit: batch });
  return {
    retryInSeconds: ids.length < batch ? roundSeconds : 0,
    write: (trx) => remind(trx, ids),
  };
}

/** Neither called off, nor put off to another day. */
function isStillOn(
  { document, startsAt }: NonNullable<Awaited<ReturnType<Parts['sessions']['latest']>>>,
  { startsFrom, startsBefore }: Reminded,
): boolean {
  if (document.session.cancelled || document.performance.cancelled) return false;
  return startsFrom <= startsAt && startsAt < startsBefore;
}

function toRemind(db: Db, { startsFrom, startsBefore, bookedBefore }: Reminded) {
  return db
    .selectFrom('reservations')
    .where('state', '=', 'CONFIRMED')
    .where('reminded_at', 'is', null)
    .where('starts_at', '>=', startsFrom)
    .where('starts_at', '<', startsBefore)
    .where('confirmed_at', '<', bookedBefore);
}

async function sessionsToRemind(db: Db, reminded: Reminded): Promise<readonly string[]> {
  const rows = await toRemind(db, reminded).select('session_id').distinct().execute();
  return rows.map(({ session_id: id }) => id);
}

interface Chosen {
  readonly reminded: Reminded;
  readonly sessionIds: readonly string[];
  readonly limit: number;
}

async function reservationsToRemind(db: Db, { reminded, sessionIds, limit }: Chosen): Promise<readonly string[]> {
  if (sessionIds.length === 0) return [];
  const rows = await toRemind(db, reminded)
    .select('id')
    .where('session_id', 'in', [...sessionIds])
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

async function remind(trx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await trx
    .selectFrom('reservations')
    .select('id')
    .where('id', 'in', [...ids])
    // Of those that were given back meanwhile, or that another worker was faster with, nothing is said.
    .where('state', '=', 'CONFIRMED')
    .where('reminded_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (rows.length === 0) return;
  const found = rows.map(({ id }) => id);
  await trx.updateTable('reservations').set({ reminded_at: sql<Date>`NOW(3)` }).where('id', 'in', found).execute();
  await addNotices(
    trx,
    found.map((reservationId) => ({ reservationId, kind: 'reminder' })),
  );
}
