import type { z } from 'zod';
import type { Hall, NewVenue, Venue } from '../schemas/manage.ts';
import { nextVersion } from './clock.ts';
import { groupBy } from './group-by.ts';
import { containing } from './like.ts';
import type { Db } from './schema.ts';

export interface StoredVenue {
  readonly record: z.output<typeof Venue>;
  /** Null when it was collected. */
  readonly creatorId: string | null;
}

export interface StoredHall {
  readonly record: z.output<typeof Hall>;
  readonly creatorId: string | null;
  readonly venueCreatorId: string | null;
}

type Row = Awaited<ReturnType<typeof select>>[number];

export async function findVenue(db: Db, id: string): Promise<StoredVenue | undefined> {
  const rows = await select(db, (venues) => venues.where('id', '=', id));
  return (await withHalls(db, rows))[0];
}

export interface VenuePage {
  readonly query: string | undefined;
  readonly limit: number;
  /** The last venue of the page before. */
  readonly after: { readonly name: string; readonly id: string } | undefined;
}

/** By name. */
export async function listVenues(db: Db, { query, limit, after }: VenuePage): Promise<StoredVenue[]> {
  const rows = await select(db, (venues) => {
    let found = venues.orderBy('name').orderBy('id').limit(limit);
    if (query) found = found.where('name', 'like', containing(query));
    if (!after) return found;
    const { name, id } = after;
    return found.where((row) =>
      row.or([row('name', '>', name), row.and([row('name', '=', name), row('id', '>', id)])]),
    );
  });
  return withHalls(db, rows);
}

export async function insertVenue(
  trx: Db,
  venue: z.output<typeof NewVenue> & { readonly id: string; readonly creatorId: string },
): Promise<void> {
  const { creatorId, ...columns } = venue;
  await trx
    .insertInto('venues')
    .values({ ...columns, creator_id: creatorId })
    .execute();
}

/** Replaces a venue and gives it its next version. */
export async function updateVenue(trx: Db, id: string, venue: z.output<typeof NewVenue>): Promise<void> {
  await trx
    .updateTable('venues')
    .set({ ...venue, ...nextVersion })
    .where('id', '=', id)
    .execute();
}

export async function insertHall(
  trx: Db,
  hall: { readonly id: string; readonly venueId: string; readonly name: string; readonly creatorId: string },
): Promise<void> {
  const { id, name } = hall;
  await trx.insertInto('halls').values({ id, name, venue_id: hall.venueId, creator_id: hall.creatorId }).execute();
  // The venue lists its halls, so it is another one now.
  await trx.updateTable('venues').set(nextVersion).where('id', '=', hall.venueId).execute();
}

export async function findHall(db: Db, id: string): Promise<StoredHall | undefined> {
  const row = await db
    .selectFrom('halls as h')
    .innerJoin('venues as v', 'v.id', 'h.venue_id')
    .select(['h.id', 'h.name', 'h.venue_id', 'h.version', 'h.created_at', 'h.updated_at', 'h.creator_id'])
    .select('v.creator_id as venue_creator_id')
    .where('h.id', '=', id)
    .executeTakeFirst();
  return (
    row && {
      record: { id: row.id, name: row.name, venueId: row.venue_id, ...recorded(row) },
      creatorId: row.creator_id,
      venueCreatorId: row.venue_creator_id,
    }
  );
}

/** The performances at a venue, in the order of their ids. */
export async function performancesAt(db: Db, venueId: string): Promise<string[]> {
  const rows = await db.selectFrom('performances').select('id').where('venue_id', '=', venueId).orderBy('id').execute();
  return rows.map(({ id }) => id);
}

function recorded(row: { readonly version: number; readonly created_at: Date; readonly updated_at: Date }) {
  return { version: row.version, createdAt: row.created_at.toISOString(), updatedAt: row.updated_at.toISOString() };
}

const venueColumns = [
  'id',
  'name',
  'region',
  'address',
  'latitude',
  'longitude',
  'phone',
  'url',
  'creator_id',
  'version',
  'created_at',
  'updated_at',
] as const;

const allVenues = (db: Db) => db.selectFrom('venues').select(venueColumns);

function select(db: Db, narrow: (query: ReturnType<typeof allVenues>) => ReturnType<typeof allVenues>) {
  return narrow(allVenues(db)).execute();
}

async function withHalls(db: Db, rows: readonly Row[]): Promise<StoredVenue[]> {
  if (rows.length === 0) return [];
  const halls = await db
    .selectFrom('halls')
    .select(['id', 'name', 'venue_id'])
    .where(
      'venue_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('id')
    .execute();
  const byVenue = groupBy(halls, (hall) => hall.venue_id);
  return rows.map(({ creator_id, version, created_at, updated_at, ...venue }) => ({
    record: {
      ...venue,
      ...recorded({ version, created_at, updated_at }),
      halls: (byVenue.get(venue.id) ?? []).map(({ id, name }) => ({ id, name })),
    },
    creatorId: creator_id,
  }));
}
