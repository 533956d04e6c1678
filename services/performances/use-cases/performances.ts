import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import type { z } from 'zod';
import { mayManage, type Person } from '../domain/rights.ts';
import { isWithin } from '../domain/schedule.ts';
import { errors } from '../errors.ts';
import { announce, announceCancelled, announceChange } from '../events/changes.ts';
import type { NewPerformance, PerformanceRecord } from '../schemas/manage.ts';
import { addAudit } from '../store/audit.ts';
import { hold, holdShared } from '../store/lock.ts';
import * as performances from '../store/performances.ts';
import type { Db } from '../store/schema.ts';
import { markSessionsCancelled, sessionsOf } from '../store/sessions.ts';
import { requireFreeHall } from './free-hall.ts';
import type { Parts } from './parts.ts';
import { requireVersion } from './precondition.ts';

type Performance = z.output<typeof PerformanceRecord>;
type Given = z.output<typeof NewPerformance>;

/**
 * One of theirs. Another's is as if it did not exist.
 * @throws Problem performance_not_found
 */
export async function performanceOf(db: Db, by: Person, id: string): Promise<Performance> {
  const performance = await performances.findPerformance(db, id);
  if (!performance || !mayManage(by, performance)) throw problem(errors, 'performance_not_found');
  return performance;
}

/** As {@link performanceOf}, and nobody else changes it before the transaction ends. */
export async function holdPerformance(trx: Db, by: Person, id: string): Promise<Performance> {
  await hold(trx, 'performances', id);
  return await performanceOf(trx, by, id);
}

/** @throws Problem venue_not_found */
export async function createPerformance({ db, outbox }: Parts, by: Person, given: Given): Promise<Performance> {
  const id = newId();
  return await db.transaction(async (trx) => {
    await requireVenue(trx, given.venueId);
    await performances.insertPerformance(trx, { id, organizerId: by.memberId, given });
    const after = await performanceOf(trx, by, id);
    await addAudit(trx, { ...changeOf(by, id), action: 'performance.created', before: null, after });
    await announce(trx, outbox, [id]);
    return after;
  });
}

export interface Target {
  readonly id: string;
  readonly ifMatch: string | undefined;
}

/**
 * @throws Problem performance_not_found, if_match_missing, changed_meanwhile, performance_cancelled, venue_not_found,
 *   has_sessions, session_outside_dates, session_clashes
 */
export async function replacePerformance(
  { db, outbox, now }: Parts,
  by: Person,
  { id, ifMatch, given }: Target & { readonly given: Given },
): Promise<Performance> {
  return await db.transaction(async (trx) => {
    await performanceOf(trx, by, id);
    await requireVenue(trx, given.venueId);
    const before = await holdPerformance(trx, by, id);
    requireVersion(ifMatch, before.version);
    if (before.cancelled) throw problem(errors, 'performance_cancelled');
    await requireSessionsFit(trx, before, given);
    await performances.updatePerformance(trx, id, given);
    const { runningMinutes } = given;
    if (runningMinutes !== before.runningMinutes) await requireHallsFree(trx, { id, runningMinutes, now: now() });
    await announceChange(trx, outbox, [id]);
    const after = await performanceOf(trx, by, id);
    await addAudit(trx, { ...changeOf(by, id), action: 'performance.updated', before, after });
    return after;
  });
}

/**
 * With all its sessions to come; what has taken place has taken place. There is no way back. Cancelling it again changes
 * nothing.
 * @throws Problem performance_not_found, if_match_missing, changed_meanwhile
 */
export async function cancelPerformance({ db, outbox, now }: Parts, by: Person, target: Target): Promise<Performance> {
  const { id, ifMatch } = target;
  return await db.transaction(async (trx) => {
    const before = await holdPerformance(trx, by, id);
    requireVersion(ifMatch, before.version);
    if (before.cancelled) return before;
    const sessions = (await sessionsToCome(trx, id, now())).map((session) => session.id);
    await markSessionsCancelled(trx, sessions);
    await performances.markPerformanceCancelled(trx, id);
    await announceCancelled(trx, outbox, { performanceId: id, sessionIds: sessions, by: by.memberId });
    await announceChange(trx, outbox, [id]);
    const after = await performanceOf(trx, by, id);
    const cancelled = { ...after, cancelledSessions: sessions };
    await addAudit(trx, { ...changeOf(by, id), action: 'performance.cancelled', before, after: cancelled });
    return after;
  });
}

/** A venue that is not renamed while it is being referred to: its performances carry its name. */
async function requireVenue(trx: Db, venueId: string) {
  if (!(await holdShared(trx, 'venues', venueId))) throw problem(errors, 'venue_not_found');
}

async function activeSessions(trx: Db, performanceId: string) {
  const sessions = (await sessionsOf(trx, performanceId)).map(({ record }) => record);
  return sessions.filter(({ cancelled }) => !cancelled);
}

async function sessionsToCome(trx: Db, performanceId: string, now: Date) {
  return (await activeSessions(trx, performanceId)).filter(({ startsAt }) => new Date(startsAt) > now);
}

/** A performance that has become longer may run into what comes after it. Halls are held in one order by all. */
async function requireHallsFree(
  trx: Db,
  performance: { readonly id: string; readonly runningMinutes: number | null; readonly now: Date },
) {
  const { runningMinutes, now } = performance;
  const sessions = await sessionsToCome(trx, performance.id, now);
  const byHall = sessions.toSorted((one, other) => (one.hallId < other.hallId ? -1 : 1));
  for (const { id, hallId, startsAt } of byHall) {
    await requireFreeHall(trx, { id, hallId, startsAt: new Date(startsAt), runningMinutes });
  }
}

async function requireSessionsFit(trx: Db, before: Performance, given: Given) {
  const sessions = await activeSessions(trx, before.id);
  if (given.venueId !== before.venueId && sessions.length > 0) throw problem(errors, 'has_sessions');
  const outside = sessions.filter(({ startsAt }) => !isWithin(new Date(startsAt), given));
  if (outside.length === 0) return;
  throw problem(errors, 'session_outside_dates', {
    extensions: { sessions: outside.map(({ id, startsAt }) => ({ id, startsAt })) },
  });
}

function changeOf(by: Person, id: string) {
  return { by: by.memberId, subject: { kind: 'performance', id }, performanceId: id };
}
