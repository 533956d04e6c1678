import { createDueWork, type DueRow, type DueWork, type Outcome } from '@ticketaka/platform/due-work';
import type { Metrics } from '@ticketaka/platform/metrics';
import { type Reminded, remindedAt } from '../domain/reminders.ts';
import type { Schema } from '../store/schema.ts';
import type { Parts } from '../use-cases/parts.ts';
import {
  markChecked,
  noteReminded,
  reservationsToRemind,
  sessionsToCheck,
  sessionsToRemind,
} from './reminder-store.ts';
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
/** Sessions of one round of which performances is asked whether they are still at their hour. */
const checkedAtOnce = 100;

/**
 * Has buyers reminded on the day before. Once a minute one worker looks who has not been, and writes them down in the
 * transaction that adds their notices, so that each is reminded once for a day. A session counts by its hour of now, of
 * which performances is asked within an hour: who is put off from one day to another is reminded of that one too.
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

async function round(options: RemindersOptions): Promise<Outcome<Schema>> {
  const { db, sessions, now, batch = 500 } = options;
  const reminded = remindedAt(now());
  if (!reminded) return { retryInSeconds: roundSeconds };
  await checkHours(options);
  const playing = new Map<string, Date>();
  for (const sessionId of await sessionsToRemind(db.kysely, reminded)) {
    const session = await sessions.latest(sessionId);
    if (session && isStillOn(session, reminded)) playing.set(sessionId, session.startsAt);
  }
  const ids = await reservationsToRemind(db.kysely, { reminded, sessionIds: [...playing.keys()], limit: batch });
  return {
    retryInSeconds: ids.length < batch ? roundSeconds : 0,
    write: async (trx) => {
      const rows = await noteReminded(trx, { day: reminded.day, ids });
      await addNotices(
        trx,
        rows.map(({ id: reservationId, session_id: sessionId }) => {
          const startsAt = playing.get(sessionId)?.toISOString();
          return { reservationId, kind: 'reminder', detail: { startsAt } };
        }),
      );
    },
  };
}

/** Asking writes down what is heard. */
async function checkHours({ db, sessions }: RemindersOptions): Promise<void> {
  const ids = await sessionsToCheck(db.kysely, checkedAtOnce);
  for (const id of ids) await sessions.latest(id);
  await markChecked(db.kysely, ids);
}

/** Neither called off, nor put off to another day. */
function isStillOn(
  { document, startsAt }: NonNullable<Awaited<ReturnType<Parts['sessions']['latest']>>>,
  { startsFrom, startsBefore }: Reminded,
): boolean {
  if (document.session.cancelled || document.performance.cancelled) return false;
  return startsFrom <= startsAt && startsAt < startsBefore;
}
