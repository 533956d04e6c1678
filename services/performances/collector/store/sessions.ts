import { newId } from '@ticketaka/platform/ids';
import { databaseNow, nextVersion } from '../../store/clock.ts';
import type { Db } from '../../store/schema.ts';
import { type DatedSession, instantOf } from '../parse/dated-sessions.ts';
import type { Price } from '../parse/prices.ts';

export interface WantedSessions {
  readonly performanceId: string;
  readonly hallId: string;
  readonly sessions: readonly DatedSession[];
  readonly prices: readonly Price[];
  /** The performance does not take place. */
  readonly cancelled: boolean;
  /** Ids of sessions that people called off: they stay so. */
  readonly calledOff: ReadonlySet<string>;
}

const chunk = 200;

/**
 * Brings the sessions of a performance to what was collected. A session that somebody gave a seat map is sold here, and
 * no longer the collector's: it is only called off, when the source does not have it any more.
 */
export async function putSessions(trx: Db, wanted: WantedSessions): Promise<void> {
  const { performanceId } = wanted;
  const known = await trx
    .selectFrom('sessions')
    .select(['id', 'starts_at', 'hall_id', 'seat_map_id', 'cancelled_at'])
    .where('performance_id', '=', performanceId)
    .execute();
  const times = new Set(wanted.sessions.map((session) => instantOf(session).getTime()));
  const gone = known.filter(({ starts_at }) => !times.has(starts_at.getTime()));
  await remove(
    trx,
    gone.filter(({ seat_map_id }) => seat_map_id === null).map(({ id }) => id),
  );
  const kept = known.filter((session) => !gone.includes(session));
  const off = [...gone, ...(wanted.cancelled ? kept : [])];
  await callOff(
    trx,
    off.filter(({ seat_map_id, cancelled_at }) => seat_map_id !== null && cancelled_at === null).map(({ id }) => id),
  );
  const ours = kept.filter(({ id, seat_map_id }) => seat_map_id === null && !wanted.calledOff.has(id));
  await update(trx, wanted, ours);
  const present = new Set(kept.map(({ starts_at }) => starts_at.getTime()));
  await insert(
    trx,
    wanted,
    [...times].filter((time) => !present.has(time)),
  );
}

async function remove(trx: Db, ids: readonly string[]) {
  for (const some of chunks(ids)) await trx.deleteFrom('sessions').where('id', 'in', some).execute();
}

async function callOff(trx: Db, ids: readonly string[]) {
  for (const some of chunks(ids)) {
    await trx
      .updateTable('sessions')
      .set({ cancelled_at: databaseNow, ...nextVersion })
      .where('id', 'in', some)
      .execute();
  }
}

interface Known {
  readonly id: string;
  readonly hall_id: string;
  readonly cancelled_at: Date | null;
}

async function update(trx: Db, { hallId, prices, cancelled }: WantedSessions, known: readonly Known[]) {
  const priced = new Map<string, string>();
  for (const some of chunks(known.map(({ id }) => id))) {
    const grades = await trx
      .selectFrom('grades')
      .select(['session_id', 'grade', 'price'])
      .where('session_id', 'in', some)
      .orderBy('session_id')
      .orderBy('position')
      .execute();
    for (const { session_id, grade, price } of grades) {
      priced.set(session_id, `${priced.get(session_id) ?? ''}${grade}\n${price}\n`);
    }
  }
  const text = prices.map(({ grade, price }) => `${grade}\n${price}\n`).join('');
  const repriced = known.filter(({ id }) => priced.get(id) !== text);
  const changed = known.filter(
    (session) =>
      repriced.includes(session) || session.hall_id !== hallId || (session.cancelled_at !== null) !== cancelled,
  );
  for (const some of chunks(changed)) {
    await trx
      .updateTable('sessions')
      .set({ hall_id: hallId, cancelled_at: cancelled ? databaseNow : null, ...nextVersion })
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .execute();
  }
  for (const some of chunks(repriced.map(({ id }) => id))) {
    await trx.deleteFrom('grades').where('session_id', 'in', some).execute();
    await insertGrades(trx, some, prices);
  }
}

async function insert(trx: Db, wanted: WantedSessions, times: readonly number[]) {
  const { performanceId, hallId, prices, cancelled } = wanted;
  for (const some of chunks(times)) {
    const sessions = some.map((time) => ({
      id: newId(),
      performance_id: performanceId,
      starts_at: new Date(time),
      hall_id: hallId,
      seat_map_id: null,
      capacity: 0,
      grade_runs: '[]',
      per_member_limit: 4,
      cancelled_at: cancelled ? databaseNow : null,
    }));
    await trx.insertInto('sessions').values(sessions).execute();
    await insertGrades(
      trx,
      sessions.map(({ id }) => id),
      prices,
    );
  }
}

async function insertGrades(trx: Db, sessionIds: readonly string[], prices: readonly Price[]) {
  const rows = sessionIds.flatMap((session_id) =>
    prices.map(({ grade, price }, position) => ({
      session_id,
      position,
      grade,
      price,
      units: 0,
      sections: '[]',
      section_rows: '[]',
    })),
  );
  for (const some of chunks(rows)) await trx.insertInto('grades').values(some).execute();
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / chunk) }, (_, place) =>
    items.slice(place * chunk, (place + 1) * chunk),
  );
}
