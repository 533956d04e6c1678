import { access, bytes, content, eventStream } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { sessionId, unit } from '../schemas/common.ts';

const params = z.object({ sessionId });
const units = z.array(unit);

/** What changed, by what the units are now. Those that are not named are as they were. */
const Delta = z
  .object({
    free: units.optional(),
    held: units.optional(),
    taken: units.optional(),
    blocked: units.optional(),
  })
  .meta({ id: 'AvailabilityDelta', description: 'Units by what they are now; all others are as they were' });

const Snapshot = z
  .object({
    units: z.int().meta({ description: 'How many there are' }),
    bits: z.base64().meta({ description: 'The body of `getAvailability`' }),
  })
  .meta({ id: 'AvailabilitySnapshot', description: 'All units: what was known before counts no more' });

const Behind = z
  .object({ seconds: z.int().min(1).meta({ description: 'How old what was told last may be' }) })
  .meta({ id: 'AvailabilityBehind', description: 'What was told may be old: changes do not get through' });

const Current = z.object({}).meta({ id: 'AvailabilityCurrent', description: 'What was told is so again' });

export const availabilityRoutes = {
  getAvailability: {
    method: 'GET',
    path: '/sessions/{sessionId}/availability',
    access: access.public(),
    summary: 'Read which units of a session are free',
    description:
      'Two bits a unit in the order of its seat map, the first unit in the highest bits of the first byte: 00 free, 01 held, 10 taken, 11 blocked. `ETag`, without its quotes, is the `after` of the stream. `Availability-Units` says how many units there are. While the picture may be old, `Availability-Behind` says by how many seconds.',
    params,
    responses: { 200: content('application/octet-stream', bytes) },
    errors: ['session_not_found'],
  },
  streamAvailability: {
    method: 'GET',
    path: '/sessions/{sessionId}/availability/stream',
    access: access.public(),
    summary: 'Hear of each change of a session as it happens',
    description:
      'Begins with `snapshot` unless the client says what it has, by `after` or Last-Event-ID, and that is not too long ago. The id of an event is a version as in the `ETag` of `getAvailability`. Events are taken in the order in which they come; `snapshot` replaces everything. `behind`, without an id, says within three seconds that the picture may be old, since changes do not get through; seats are to be shown as not certain until `current`.',
    params,
    query: z.object({
      after: z
        .string()
        .max(40)
        .optional()
        .meta({ description: 'Version of the picture that the client has; Last-Event-ID counts more' }),
    }),
    responses: { 200: eventStream({ delta: Delta, snapshot: Snapshot, behind: Behind, current: Current }) },
    errors: ['session_not_found'],
  },
} as const;
