import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import type { z } from 'zod';
import { countUnits, sectionSummaries } from '../domain/seat-map.ts';
import type { SeatMapRecord } from '../schemas/manage.ts';
import type { SeatMapDocument } from '../schemas/seat-map.ts';
import type { Db } from './schema.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

type SeatMap = z.output<typeof SeatMapRecord>;

/** How a map is kept: JSON, Brotli. Takes a tenth of a second of another thread for 50,000 seats. */
export function packSeatMap(map: SeatMapDocument): Promise<Buffer> {
  return compress(JSON.stringify(map), { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } });
}

export async function unpackSeatMap(packed: Uint8Array): Promise<SeatMapDocument> {
  // Only checked maps are kept, and none is ever changed.
  return JSON.parse((await decompress(packed)).toString('utf8')) as SeatMapDocument;
}

interface NewSeatMap {
  readonly id: string;
  readonly hallId: string;
  readonly name: string;
  readonly map: SeatMapDocument;
  readonly packed: Buffer;
  readonly creatorId: string | null;
}

export async function insertSeatMap(trx: Db, seatMap: NewSeatMap): Promise<void> {
  const { id, hallId, name, map, packed, creatorId } = seatMap;
  const summary = { units: countUnits(map), sections: JSON.stringify(sectionSummaries(map)) };
  await trx
    .insertInto('seat_maps')
    .values({ id, hall_id: hallId, name, ...summary, document: packed, creator_id: creatorId })
    .execute();
}

export async function findSeatMap(db: Db, id: string): Promise<SeatMap | undefined> {
  const row = await records(db).where('id', '=', id).executeTakeFirst();
  return row && represent(row);
}

/** Oldest first. */
export async function listSeatMaps(db: Db, hallId: string): Promise<SeatMap[]> {
  const rows = await records(db).where('hall_id', '=', hallId).orderBy('id').execute();
  return rows.map((row) => represent(row));
}

/** The map itself. It never changes, so it may be kept for as long as one likes. */
export async function readSeatMap(
  db: Db,
  id: string,
): Promise<{ readonly hallId: string; readonly name: string; readonly map: SeatMapDocument } | undefined> {
  const row = await db
    .selectFrom('seat_maps')
    .select(['hall_id', 'name', 'document'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { hallId: row.hall_id, name: row.name, map: await unpackSeatMap(row.document) };
}

const records = (db: Db) =>
  db.selectFrom('seat_maps').select(['id', 'hall_id', 'name', 'units', 'sections', 'created_at']);

type Row = Awaited<ReturnType<ReturnType<typeof records>['execute']>>[number];

function represent({ id, hall_id, name, units, sections, created_at }: Row): SeatMap {
  const at = created_at.toISOString();
  return { id, hallId: hall_id, name, units, sections: [...sections], version: 1, createdAt: at, updatedAt: at };
}
