import { type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import type { KeptCode } from '../domain/presale-code.ts';
import type { PricedUnits } from '../domain/prices.ts';
import type { NewSession, SessionRecord } from '../schemas/manage.ts';
import { databaseNow, nextVersion } from './clock.ts';
import { groupBy } from './group-by.ts';
import type { Db, Schema } from './schema.ts';

type Session = z.output<typeof SessionRecord>;
type Given = z.output<typeof NewSession>;

export interface StoredSession {
  readonly record: Session;
  /** Of each sale window, in their order; undefined for one without a code. */
  readonly codes: readonly (KeptCode | undefined)[];
}

export interface SessionToStore {
  readonly id: string;
  readonly given: Given;
  readonly priced: PricedUnits;
  /** Of each sale window, in their order. */
  readonly codes: readonly (KeptCode | undefined)[];
}

export async function findSession(db: Db, id: string): Promise<StoredSession | undefined> {
  return (await load(db, 'id', id))[0];
}

/** Those that were called off as well. */
export async function countSessions(db: Db, performanceId: string): Promise<number> {
  const { count } = await db
    .selectFrom('sessions')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('performance_id', '=', performanceId)
    .executeTakeFirstOrThrow();
  return count;
}

/** All sessions of a performance, in order of time. */
export function sessionsOf(db: Db, performanceId: string): Promise<StoredSession[]> {
  return load(db, 'performance_id', performanceId);
}

/** What takes place in a hall and starts after one instant and before another. */
export async function playsIn(db: Db, hallId: string, between: { readonly after: Date; readonly before: Date }) {
  return db
    .selectFrom('sessions as s')
    .innerJoin('performances as p', 'p.id', 's.performance_id')
    .select(['s.id', 's.starts_at as startsAt', 'p.running_minutes as runningMinutes'])
    .where('s.hall_id', '=', hallId)
    .where('s.cancelled_at', 'is', null)
    .where('s.starts_at', '>', between.after)
    .where('s.starts_at', '<', between.before)
    .execute();
}

export async function insertSession(trx: Db, performanceId: string, session: SessionToStore): Promise<void> {
  await trx
    .insertInto('sessions')
    .values({ id: session.id, performance_id: performanceId, ...columnsOf(session) })
    .execute();
  await insertParts(trx, session);
}

/** Replaces a session and gives it its next version. */
export async function replaceSession(trx: Db, session: SessionToStore): Promise<void> {
  const { id } = session;
  await trx
    .updateTable('sessions')
    .set({ ...columnsOf(session), ...nextVersion })
    .where('id', '=', id)
    .execute();
  await trx.deleteFrom('grades').where('session_id', '=', id).execute();
  await trx.deleteFrom('sale_windows').where('session_id', '=', id).execute();
  await insertParts(trx, session);
}

export async function markSessionsCancelled(trx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('sessions')
    .set({ cancelled_at: databaseNow, ...nextVersion })
    .where('id', 'in', ids)
    .execute();
}

function columnsOf({ given, priced }: SessionToStore) {
  return {
    starts_at: new Date(given.startsAt),
    hall_id: given.hallId,
    seat_map_id: given.seatMapId,
    capacity: priced.capacity,
    grade_runs: JSON.stringify(priced.gradeRuns),
    per_member_limit: given.perMemberLimit,
  };
}

async function insertParts(trx: Db, { id, given, priced, codes }: SessionToStore) {
  const grades = given.grades.map(({ grade, price, sections, rows }, position) => ({
    session_id: id,
    position,
    grade,
    price,
    units: priced.units[position] ?? 0,
    sections: JSON.stringify(sections),
    section_rows: JSON.stringify(rows),
  }));
  await trx.insertInto('grades').values(grades).execute();
  if (given.saleWindows.length === 0) return;
  const windows = given.saleWindows.map(({ kind, name, opensAt, closesAt }, position) => ({
    session_id: id,
    position,
    kind,
    name,
    opens_at: new Date(opensAt),
    closes_at: new Date(closesAt),
    code_salt: codes[position]?.salt ?? null,
    code_hash: codes[position]?.hash ?? null,
  }));
  await trx.insertInto('sale_windows').values(windows).execute();
}

async function load(db: Db, key: 'id' | 'performance_id', value: string): Promise<StoredSession[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .where(sql.ref(key), '=', value)
    .orderBy('starts_at')
    .orderBy('id')
    .execute();
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const grades = groupBy(await gradesOf(db, ids), (grade) => grade.session_id);
  const windows = groupBy(await windowsOf(db, ids), (window) => window.session_id);
  return rows.map((row) => represent(row, grades.get(row.id) ?? [], windows.get(row.id) ?? []));
}

function gradesOf(db: Db, sessionIds: readonly string[]) {
  const all = db.selectFrom('grades').selectAll().where('session_id', 'in', sessionIds);
  return all.orderBy('session_id').orderBy('position').execute();
}

function windowsOf(db: Db, sessionIds: readonly string[]) {
  const all = db.selectFrom('sale_windows').selectAll().where('session_id', 'in', sessionIds);
  return all.orderBy('session_id').orderBy('position').execute();
}

function represent(
  row: Selectable<Schema['sessions']>,
  grades: readonly Selectable<Schema['grades']>[],
  windows: readonly Selectable<Schema['sale_windows']>[],
): StoredSession {
  const record: Session = {
    id: row.id,
    performanceId: row.performance_id,
    cancelled: row.cancelled_at !== null,
    startsAt: row.starts_at.toISOString(),
    hallId: row.hall_id,
    seatMapId: row.seat_map_id,
    grades: grades.map(({ grade, price, sections, section_rows, units }) => ({
      grade,
      price,
      sections: [...sections],
      rows: [...section_rows],
      units,
    })),
    saleWindows: windows.map(({ kind, name, opens_at, closes_at, code_hash }) => ({
      kind,
      name,
      opensAt: opens_at.toISOString(),
      closesAt: closes_at.toISOString(),
      hasCode: code_hash !== null,
    })),
    perMemberLimit: row.per_member_limit,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
  const codes = windows.map(({ code_salt: salt, code_hash: hash }) => (salt && hash ? { salt, hash } : undefined));
  return { record, codes };
}
