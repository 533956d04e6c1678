import { platformErrors } from '@ticketaka/platform/contract';
import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import { mayAddTo, type Person } from '../domain/rights.ts';
import { errors } from '../errors.ts';
import type { SeatMapDocument } from '../schemas/seat-map.ts';
import { addAudit } from '../store/audit.ts';
import type { Db } from '../store/schema.ts';
import { findSeatMap, insertSeatMap, packSeatMap, readSeatMap } from '../store/seat-maps.ts';
import type { Parts } from './parts.ts';
import { hallOf } from './venues.ts';

interface SeatMapToPublish {
  readonly hallId: string;
  readonly name: string;
  /** Without faults. */
  readonly map: SeatMapDocument;
}

/** @throws Problem hall_not_found, forbidden */
export async function requireSeatMapRights({ db }: Parts, by: Person, hallId: string): Promise<void> {
  const { creatorId, venueCreatorId } = await hallOf(db.kysely, hallId);
  if (!mayAddTo(by, [venueCreatorId, creatorId])) throw problem(platformErrors, 'forbidden');
}

/** From now on the map never changes. The caller has made sure of the right to do so. */
export async function publishSeatMap({ db }: Parts, by: Person, { hallId, name, map }: SeatMapToPublish) {
  const id = newId();
  const packed = await packSeatMap(map);
  return await db.transaction(async (trx) => {
    await insertSeatMap(trx, { id, hallId, name, map, packed, creatorId: by.memberId });
    const record = await seatMapOf(trx, id);
    const subject = { kind: 'seat-map', id };
    const change = { by: by.memberId, action: 'seat-map.published', subject, performanceId: null };
    await addAudit(trx, { ...change, before: null, after: record });
    return record;
  });
}

/** @throws Problem seat_map_not_found */
export async function exportSeatMap(db: Db, id: string) {
  const found = await readSeatMap(db, id);
  if (!found) throw problem(errors, 'seat_map_not_found');
  return found;
}

async function seatMapOf(db: Db, id: string) {
  const record = await findSeatMap(db, id);
  if (!record) throw problem(errors, 'seat_map_not_found');
  return record;
}
