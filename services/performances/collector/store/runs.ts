import { newId } from '@ticketaka/platform/ids';
import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import { type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import type { CollectorRun } from '../../schemas/manage.ts';
import type { Db, Schema } from '../../store/schema.ts';
import type { Counts, Progress } from '../run/progress.ts';
import { leaseSeconds } from './lease.ts';

export const waiting = 'waiting';

/** Enters a run that a collector will take. @returns its id; undefined when there is one already */
export async function enterRun(trx: Db, from?: Progress): Promise<string | undefined> {
  const id = newId();
  const step = from?.step ?? waiting;
  try {
    await trx
      .insertInto('collector_runs')
      .values({ id, state: 'running', step: waiting, position: from ? `${step}/${from.position ?? ''}` : null })
      .execute();
  } catch (error) {
    if (isDuplicateKey(error, 'active')) return undefined;
    throw error;
  }
  await trx.insertInto('collector_jobs').values({ kind: 'run', run_id: id, due_at: sql<Date>`NOW(3)` }).execute();
  return id;
}

/** Where a run begins that was entered to go on with another; undefined for one from the beginning, or not waiting. */
export async function takeRun(trx: Db, id: string): Promise<{ readonly from: string | null } | undefined> {
  const run = await trx
    .selectFrom('collector_runs')
    .select('position')
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('step', '=', waiting)
    .forUpdate()
    .executeTakeFirst();
  return run && { from: run.position };
}

export async function saveProgress(db: Db, id: string, { progress, counts }: { progress: Progress; counts: Counts }) {
  await db
    .updateTable('collector_runs')
    .set({ step: progress.step, position: progress.position ?? null, ...columnsOf(counts) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

export async function endRun(
  db: Db,
  id: string,
  { state, error }: { readonly state: 'finished' | 'failed' | 'abandoned'; readonly error?: string },
): Promise<void> {
  await db
    .updateTable('collector_runs')
    .set({ state, error: error?.slice(0, 1000) ?? null, finished_at: sql<Date>`NOW(3)` })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

/** Marks a run abandoned whose collector has been silent for too long. @returns where it was */
export async function abandonDead(trx: Db): Promise<(Progress & { readonly id: string }) | undefined> {
  const dead = await trx
    .selectFrom('collector_runs as r')
    .leftJoin('collector_lease as l', 'l.run_id', 'r.id')
    .select(['r.id', 'r.step', 'r.position'])
    .where('r.state', '=', 'running')
    .where('r.step', '!=', waiting)
    .where((row) => row.or([row('l.run_id', 'is', null), row('l.expires_at', '<', sql<Date>`NOW(3)`)]))
    // A run between taking the lease and its first heartbeat is not dead.
    .where('r.started_at', '<', sql<Date>`NOW(3) - INTERVAL 1 SECOND`)
    .forUpdate()
    .executeTakeFirst();
  if (!dead) return undefined;
  await endRun(trx, dead.id, { state: 'abandoned', error: `silent for ${leaseSeconds} seconds` });
  return { id: dead.id, step: dead.step, position: dead.position ?? undefined };
}

/** The last run, if it came to no good end and began on or after that instant: what is left of it can be done. */
export async function unfinishedSince(db: Db, since: Date): Promise<Progress | undefined> {
  const last = await db
    .selectFrom('collector_runs')
    .select(['state', 'step', 'position', 'started_at'])
    .where('state', '!=', 'running')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!last || last.state === 'finished' || last.started_at < since || last.step === waiting) return undefined;
  return { step: last.step, position: last.position ?? undefined };
}

export async function findRun(db: Db, id: string): Promise<z.output<typeof CollectorRun> | undefined> {
  const row = await db.selectFrom('collector_runs').selectAll().where('id', '=', id).executeTakeFirst();
  return row && represent(row);
}

/** Newest first. @param page.before the last id of the page before */
export async function listRuns(db: Db, page: { readonly limit: number; readonly before: string | undefined }) {
  let found = db.selectFrom('collector_runs').selectAll().orderBy('id', 'desc').limit(page.limit);
  if (page.before !== undefined) found = found.where('id', '<', page.before);
  return (await found.execute()).map(represent);
}

function represent(row: Selectable<Schema['collector_runs']>): z.output<typeof CollectorRun> {
  return {
    id: row.id,
    state: row.state,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    step: row.step,
    counts: {
      read: row.read_count,
      created: row.created_count,
      updated: row.updated_count,
      unchanged: row.unchanged_count,
      rejected: row.rejected_count,
    },
    error: row.error,
  };
}

function columnsOf({ read, created, updated, unchanged, rejected }: Counts) {
  return {
    read_count: read,
    created_count: created,
    updated_count: updated,
    unchanged_count: unchanged,
    rejected_count: rejected,
  };
}

export async function failuresSince(db: Db, since: Date): Promise<number> {
  const row = await db
    .selectFrom('collector_runs')
    .select((run) => run.fn.countAll<number>().as('failures'))
    .where('state', '=', 'failed')
    .where('started_at', '>=', since)
    .executeTakeFirst();
  return row?.failures ?? 0;
}
