import type { Handlers } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { faultsOf } from '../domain/seat-map.ts';
import { seatMapFromCsv, seatMapToCsv } from '../domain/seat-map-csv.ts';
import { listSeatMaps } from '../store/seat-maps.ts';
import type { Parts } from '../use-cases/parts.ts';
import { entityTag } from '../use-cases/precondition.ts';
import { exportSeatMap, publishSeatMap, requireSeatMapRights } from '../use-cases/seat-maps.ts';
import { hallOf } from '../use-cases/venues.ts';
import { locations } from './locations.ts';
import { personOf } from './person.ts';
import { csvFaults, mapFaults } from './seat-map-faults.ts';
import { created } from './versioned.ts';

type SeatMapHandlers = Pick<
  Handlers<typeof api>,
  'createSeatMap' | 'importSeatMap' | 'listSeatMaps' | 'exportSeatMap' | 'exportSeatMapCsv'
>;

/** A map never changes, so whoever has it need not ask again. */
const forever = { 'cache-control': 'private, max-age=31536000, immutable', etag: entityTag(1) };

export function seatMapHandlers(parts: Parts): SeatMapHandlers {
  const { kysely } = parts.db;
  return {
    async createSeatMap({ params: { hallId }, body: { name, map }, principal, locale }) {
      const by = personOf(principal);
      await requireSeatMapRights(parts, by, hallId);
      const faults = faultsOf(map);
      if (faults.length > 0) throw mapFaults({ map, faults, locale });
      const record = await publishSeatMap(parts, by, { hallId, name, map });
      return created(record, locations.seatMap(record.id));
    },

    async importSeatMap({ params: { hallId }, query: { name }, body, principal, locale }) {
      const by = personOf(principal);
      await requireSeatMapRights(parts, by, hallId);
      const read = seatMapFromCsv(body);
      if ('faults' in read) throw csvFaults(read.faults, locale);
      const record = await publishSeatMap(parts, by, { hallId, name, map: read.map });
      return created(record, locations.seatMap(record.id));
    },

    async listSeatMaps({ params: { hallId } }) {
      await hallOf(kysely, hallId);
      return { status: 200, body: { seatMaps: await listSeatMaps(kysely, hallId) } };
    },

    async exportSeatMap({ params: { seatMapId } }) {
      const { map } = await exportSeatMap(kysely, seatMapId);
      return { status: 200, body: map, headers: forever };
    },

    async exportSeatMapCsv({ params: { seatMapId } }) {
      const { name, map } = await exportSeatMap(kysely, seatMapId);
      const headers = { ...forever, 'content-disposition': attachment(`${name}.csv`) };
      return { status: 200, body: seatMapToCsv(map), headers };
    },
  };
}

/** RFC 6266, with the name as RFC 8187 writes one that is not ASCII. */
function attachment(name: string): string {
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return `attachment; filename*=UTF-8''${encoded}`;
}
