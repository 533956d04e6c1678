import { defineApi } from '@ticketaka/platform/contract';
import { createApp } from '@ticketaka/platform/http';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { openRedis } from '@ticketaka/platform/redis';
import {
  availabilityHandlers,
  availabilityRoutes,
  createAvailability,
} from '../../../services/reservation/availability/index.ts';
import { errors } from '../../../services/reservation/errors.ts';
import { changesKey, createSeatImage, parseChange, sequenceText } from '../../../services/reservation/seats/index.ts';
import { serveBesideEmpty } from './child-side.ts';

/** The server of the case `availability`, in a process of its own so that its CPU time can be told. */
const [url = '', sessionId = '', units = ''] = (process.argv[2] ?? '').split(' ');
const identity = { service: 'reservation', workload: 'api' };
const log = createLogger(identity);
const metrics = createMetrics(identity);
const redis = await openRedis({ url, service: 'reservation', log });
const availability = createAvailability({
  image: createSeatImage({ redis }),
  changes: { keyOf: changesKey, parse: parseChange, idOf: sequenceText },
  redis,
  log,
  metrics,
});
await availability.start();

const api = defineApi({
  service: 'reservation',
  base: '/api/reservations',
  title: 'Availability',
  errors,
  routes: availabilityRoutes,
});
const session = {
  id: sessionId,
  units: Number(units),
  gradeOf: new Int16Array(Number(units)),
  grades: [{}],
};
const sessions = { get: async (id: string) => (id === sessionId ? session : undefined) };
const everybody = 100_000;
const app = createApp({
  api,
  handlers: availabilityHandlers({ availability, sessions }),
  log,
  metrics,
  checkResponses: 'log',
  // All of them come from this machine.
  streams: { maxOpen: everybody, maxPerAddress: everybody },
});

await serveBesideEmpty(app, { backlog: 4096 });
