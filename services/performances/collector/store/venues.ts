import { newId } from '@ticketaka/platform/ids';
import type { Outbox } from '@ticketaka/platform/outbox';
import { announceChange } from '../../events/changes.ts';
import { addAudit } from '../../store/audit.ts';
import { nextVersion } from '../../store/clock.ts';
import type { Db } from '../../store/schema.ts';
import { findVenue, performancesAt } from '../../store/venues.ts';
import { hashOf } from '../derive/record.ts';
import type { CollectedVenue } from '../derive/venue.ts';
import { collectorName } from './collector-name.ts';

/** Brings a venue to what was collected. Nothing is written when it is so already. */
export async function putVenue(
  trx: Db,
  outbox: Outbox,
  venue: CollectedVenue,
): Promise<'created' | 'updated' | 'unchanged'> {
  const { sourceId, ...columns } = venue;
  const source_hash = hashOf(venue);
  const known = await trx
    .selectFrom('venues')
    .select(['id', 'source_hash'])
    .where('source_id', '=', sourceId)
    .forUpdate()
    .executeTakeFirst();
  if (known?.source_hash === source_hash) return 'unchanged';
  const id = known?.id ?? newId();
  const before = known ? await findVenue(trx, id) : undefined;
  if (known) {
    await trx
      .updateTable('venues')
      .set({ ...columns, source_hash, ...nextVersion })
      .where('id', '=', id)
      .execute();
  } else {
    await trx
      .insertInto('venues')
      .values({ id, ...columns, creator_id: null, source_id: sourceId, source_hash })
      .execute();
  }
  const after = await findVenue(trx, id);
  await addAudit(trx, {
    by: collectorName,
    action: known ? 'venue.updated' : 'venue.created',
    subject: { kind: 'venue', id },
    performanceId: null,
    before: before?.record ?? null,
    after: after?.record ?? null,
  });
  const shown = before?.record.name !== columns.name || before.record.region !== columns.region;
  if (known && shown) await announceChange(trx, outbox, await performancesAt(trx, id));
  return known ? 'updated' : 'created';
}

/** The hall of that name; it is made when there is none. */
export async function hallNamed(trx: Db, venueId: string, name: string): Promise<string> {
  // Two records of one venue that are written at once would both make it.
  await trx.selectFrom('venues').select('id').where('id', '=', venueId).forUpdate().executeTakeFirst();
  const known = await trx
    .selectFrom('halls')
    .select('id')
    .where('venue_id', '=', venueId)
    .where('name', '=', name)
    .orderBy('id')
    .executeTakeFirst();
  if (known) return known.id;
  const id = newId();
  await trx.insertInto('halls').values({ id, venue_id: venueId, name, creator_id: null }).execute();
  // The venue lists its halls, so it is another one now.
  await trx.updateTable('venues').set(nextVersion).where('id', '=', venueId).execute();
  return id;
}
