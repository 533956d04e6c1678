import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import { mayManage, type Person } from '../domain/rights.ts';
import { errors } from '../errors.ts';
import { announceCancelled, announceChange } from '../events/changes.ts';
import { addAudit } from '../store/audit.ts';
import { findPerformance } from '../store/performances.ts';
import type { Db } from '../store/schema.ts';
import {
  countSessions,
  findSession,
  insertSession,
  markSessionsCancelled,
  replaceSession as replaceStored,
  type StoredSession,
} from '../store/sessions.ts';
import { requireNothingFixed, requireSameSeats, type SessionRequest, sessionToStore } from './fit-session.ts';
import type { Parts } from './parts.ts';
import { holdPerformance, type Target } from './performances.ts';
import { requireVersion } from './precondition.ts';
import { seatMapFor } from './session-seat-map.ts';

type Session = StoredSession['record'];

/** Two a day for four years. All of them go into one message, which must stay below RabbitMQ's 16 MiB. */
const maxSessions = 3000;

/**
 * A session of one of their performances. Another's is as if it did not exist.
 * @throws Problem session_not_found
 */
export async function sessionOf(db: Db, by: Person, id: string): Promise<StoredSession> {
  const session = await findSession(db, id);
  const performance = session && (await findPerformance(db, session.record.performanceId));
  if (!session || !performance || !mayManage(by, performance)) throw problem(errors, 'session_not_found');
  return session;
}

/**
 * @throws Problem performance_not_found, performance_cancelled, sessions_full, and what `sessionToStore` throws
 */
export async function createSession(
  parts: Parts,
  by: Person,
  { performanceId, given }: { readonly performanceId: string; readonly given: SessionRequest },
): Promise<Session> {
  const id = newId();
  const seatMap = await seatMapFor(parts.db.kysely, given);
  return await parts.db.transaction(async (trx) => {
    const performance = await holdPerformance(trx, by, performanceId);
    if (performance.cancelled) throw problem(errors, 'performance_cancelled');
    if ((await countSessions(trx, performanceId)) >= maxSessions)
      throw problem(errors, 'sessions_full', { extensions: { max: maxSessions } });
    const session = await sessionToStore(trx, { id, given, performance, seatMap, now: parts.now() });
    await insertSession(trx, performanceId, session);
    return await finish(trx, parts, { by, id, action: 'session.created', before: null });
  });
}

/**
 * @throws Problem session_not_found, if_match_missing, changed_meanwhile, session_cancelled, and what `sessionToStore`
 *   throws
 */
export async function replaceSession(
  parts: Parts,
  by: Person,
  { id, ifMatch, given }: Target & { readonly given: SessionRequest },
): Promise<Session> {
  await sessionOf(parts.db.kysely, by, id);
  const seatMap = await seatMapFor(parts.db.kysely, given);
  return await parts.db.transaction(async (trx) => {
    const { session: stored, performance } = await holdSession(trx, by, id);
    requireVersion(ifMatch, stored.record.version);
    if (stored.record.cancelled) throw problem(errors, 'session_cancelled');
    const now = parts.now();
    const past = new Date(stored.record.startsAt) <= now;
    if (past) requireNothingFixed(stored.record, given);
    requireSameSeats(stored.record, given, now);
    const session = await sessionToStore(trx, { id, given, performance, seatMap, now, stored, past });
    await replaceStored(trx, session);
    return await finish(trx, parts, { by, id, action: 'session.updated', before: stored.record });
  });
}

/**
 * There is no way back. Cancelling it again changes nothing.
 * @throws Problem session_not_found, if_match_missing, changed_meanwhile
 */
export async function cancelSession(parts: Parts, by: Person, { id, ifMatch }: Target): Promise<Session> {
  return await parts.db.transaction(async (trx) => {
    const { record: before } = (await holdSession(trx, by, id)).session;
    requireVersion(ifMatch, before.version);
    if (before.cancelled) return before;
    await markSessionsCancelled(trx, [id]);
    // What has taken place has taken place: it is shown as cancelled, and nobody gets anything back by itself.
    if (new Date(before.startsAt) > parts.now())
      await announceCancelled(trx, parts.outbox, {
        performanceId: before.performanceId,
        sessionIds: [id],
        by: by.memberId,
      });
    return await finish(trx, parts, { by, id, action: 'session.cancelled', before });
  });
}

/** The lock is the performance's, whose version and events its sessions share. */
async function holdSession(trx: Db, by: Person, id: string) {
  const { record } = await sessionOf(trx, by, id);
  const performance = await holdPerformance(trx, by, record.performanceId);
  return { session: await sessionOf(trx, by, id), performance };
}

interface Finished {
  readonly by: Person;
  readonly id: string;
  readonly action: string;
  readonly before: Session | null;
}

async function finish(trx: Db, { outbox }: Parts, { by, id, action, before }: Finished): Promise<Session> {
  const { record: after } = await sessionOf(trx, by, id);
  const { performanceId } = after;
  await addAudit(trx, { by: by.memberId, action, subject: { kind: 'session', id }, performanceId, before, after });
  await announceChange(trx, outbox, [performanceId]);
  return after;
}
