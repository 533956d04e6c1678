import type { Handlers } from '@ticketaka/platform/http';
import { z } from 'zod';
import type { api } from '../api.ts';
import { listVenues } from '../store/venues.ts';
import type { Parts } from '../use-cases/parts.ts';
import { createHall, createVenue, replaceVenue, venueOf } from '../use-cases/venues.ts';
import { pageOf, readCursor } from './cursor.ts';
import { locations } from './locations.ts';
import { personOf } from './person.ts';
import { created, found } from './versioned.ts';

type VenueHandlers = Pick<
  Handlers<typeof api>,
  'createVenue' | 'listVenues' | 'getVenue' | 'updateVenue' | 'createHall'
>;

const position = z.object({ name: z.string(), id: z.uuid() });

export function venueHandlers(parts: Parts): VenueHandlers {
  const { kysely } = parts.db;
  return {
    async createVenue({ body, principal }) {
      const venue = await createVenue(parts, personOf(principal), body);
      return created(venue, locations.venue(venue.id));
    },

    async listVenues({ query: { query, limit, cursor } }) {
      const rows = await listVenues(kysely, { query, limit: limit + 1, after: readCursor(position, cursor) });
      const records = rows.map(({ record }) => record);
      const { page, ...next } = pageOf(records, limit, ({ name, id }) => ({ name, id }));
      return { status: 200, body: { venues: page, ...next } };
    },

    async getVenue({ params: { venueId } }) {
      return found((await venueOf(kysely, venueId)).record);
    },

    async updateVenue({ params: { venueId }, body, headers, principal }) {
      const change = { id: venueId, ifMatch: headers['if-match'], given: body };
      return found(await replaceVenue(parts, personOf(principal), change));
    },

    async createHall({ params: { venueId }, body, principal }) {
      const hall = await createHall(parts, personOf(principal), { venueId, given: body });
      return created(hall, locations.hall(hall.id));
    },
  };
}
