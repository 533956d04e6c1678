import { newId } from '@ticketaka/platform/ids';
import type { Outbox } from '@ticketaka/platform/outbox';
import { sql } from 'kysely';
import { announce, announceChange } from '../../events/changes.ts';
import { addAudit } from '../../store/audit.ts';
import { databaseNow } from '../../store/clock.ts';
import { findPerformance } from '../../store/performances.ts';
import type { Db } from '../../store/schema.ts';
import type { CollectedPerformance } from '../derive/performance.ts';
import { hashOf } from '../derive/record.ts';
import { calledOffByPeople } from './called-off.ts';
import { collectorName } from './collector-name.ts';
import { putSessions } from './sessions.ts';
import { hallNamed } from './venues.ts';

/** Brings a performance with its sessions to what was collected. Nothing is written when it is so already. */
export async function putPerformance(
  trx: Db,
  outbox: Outbox,
  performance: CollectedPerformance,
): Promise<'created' | 'updated' | 'unchanged' | 'no venue'> {
  const { sourceId, venueSourceId } = performance;
  const hash = hashOf(performance);
  // Looked at first without a lock: most records are as they were.
  const asItWas = await trx
    .selectFrom('performances')
    .select('id')
    .where('source', '=', 'kopis')
    .where('source_id', '=', sourceId)
    .where('source_hash', '=', hash)
    .executeTakeFirst();
  if (asItWas) return 'unchanged';
  const venue = await trx
    .selectFrom('venues')
    .select(['id', 'name'])
    .where('source_id', '=', venueSourceId)
    .executeTakeFirst();
  if (!venue) return 'no venue';
  // Locks in the order of the write side: venue, performance, hall.
  const hallId = await hallNamed(trx, venue.id, performance.hall ?? venue.name);
  const known = await trx
    .selectFrom('performances')
    .select('id')
    .where('source', '=', 'kopis')
    .where('source_id', '=', sourceId)
    .forUpdate()
    .executeTakeFirst();
  const id = known?.id ?? newId();
  const before = known ? await summary(trx, id) : null;
  const calledOff = await calledOffByPeople(trx, id);
  const cancelled = performance.cancelled || calledOff.performance;
  const columns = { ...columnsOf(performance, cancelled), venue_id: venue.id, source_hash: hash };
  if (known) {
    await trx.updateTable('performances').set(columns).where('id', '=', id).execute();
  } else {
    await trx
      .insertInto('performances')
      .values({ id, ...columns, organizer_id: null, source: 'kopis', source_id: sourceId })
      .execute();
  }
  const { sessions, prices } = performance;
  await putSessions(trx, { performanceId: id, hallId, sessions, prices, cancelled, calledOff: calledOff.sessions });
  await addAudit(trx, {
    by: collectorName,
    action: known ? 'performance.updated' : 'performance.created',
    subject: { kind: 'performance', id },
    performanceId: id,
    before,
    after: await summary(trx, id),
  });
  await (known ? announceChange : announce)(trx, outbox, [id]);
  return known ? 'updated' : 'created';
}

/** Ids at KOPIS of what was collected, is not over and not called off; ascending. */
export async function openPerformances(db: Db, today: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('performances')
    .select('source_id')
    .where('source', '=', 'kopis')
    .where('cancelled_at', 'is', null)
    .where(sql<string>`end_date`, '>=', today)
    .orderBy('source_id')
    .execute();
  return rows.flatMap(({ source_id }) => source_id ?? []);
}

/** What was called off before was so since then. */
const sinceThen = sql<Date>`COALESCE(cancelled_at, ${databaseNow})`;

function columnsOf(performance: CollectedPerformance, cancelled: boolean) {
  return {
    title_ko: performance.title.ko,
    title_en: performance.title.en ?? null,
    genre: performance.genre,
    start_date: performance.startDate,
    end_date: performance.endDate,
    cast: JSON.stringify(performance.cast),
    crew: JSON.stringify(performance.crew),
    age_limit: performance.ageLimit,
    running_minutes: performance.runningMinutes,
    synopsis: performance.synopsis,
    schedule_text: performance.scheduleText,
    cancellation_policy: 'standard' as const,
    organizer_name: performance.organizerName,
    cancelled_at: cancelled ? sinceThen : null,
  };
}

/** As the API shows it, and how many sessions it has at which prices. */
async function summary(trx: Db, id: string) {
  const record = await findPerformance(trx, id);
  const sessions = await trx
    .selectFrom('sessions')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('performance_id', '=', id)
    .executeTakeFirst();
  return { ...record, sessions: sessions?.count ?? 0 };
}
