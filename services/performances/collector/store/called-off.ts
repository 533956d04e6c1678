import type { Db } from '../../store/schema.ts';
import { collectorName } from './collector-name.ts';

/** What people called off of a performance. It stays so, whatever the source says. */
export interface CalledOff {
  readonly performance: boolean;
  /** Ids. */
  readonly sessions: ReadonlySet<string>;
}

export async function calledOffByPeople(trx: Db, performanceId: string): Promise<CalledOff> {
  const rows = await trx
    .selectFrom('audit')
    .select(['action', 'subject_id'])
    .where('performance_id', '=', performanceId)
    .where('actor', '!=', collectorName)
    .where('action', 'in', ['performance.cancelled', 'session.cancelled'])
    .execute();
  return {
    performance: rows.some(({ action }) => action === 'performance.cancelled'),
    sessions: new Set(rows.filter(({ action }) => action === 'session.cancelled').map(({ subject_id }) => subject_id)),
  };
}
