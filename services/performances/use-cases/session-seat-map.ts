import { problem } from '@ticketaka/platform/http';
import { errors } from '../errors.ts';
import type { SeatMapDocument } from '../schemas/seat-map.ts';
import type { Db } from '../store/schema.ts';
import { readSeatMap } from '../store/seat-maps.ts';

/**
 * The seat map that a session names; undefined when it names none. Read before the transaction, which is shorter so, and
 * no less right: a map never changes.
 * @throws Problem seat_map_not_found when there is none, or it is another hall's
 */
export async function seatMapFor(
  db: Db,
  { seatMapId, hallId }: { readonly seatMapId: string | null; readonly hallId: string },
): Promise<SeatMapDocument | undefined> {
  if (seatMapId === null) return undefined;
  const found = await readSeatMap(db, seatMapId);
  if (!found || found.hallId !== hallId) throw problem(errors, 'seat_map_not_found');
  return found.map;
}
