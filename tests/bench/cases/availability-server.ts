import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { defineApi } from '@ticketaka/platform/contract';
import { createApp, createServer } from '@ticketaka/platform/http';
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
import { emptyApp } from './empty-app.ts';

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

/** One process, so that both have the same heap to be collected. */
const [server, bare] = [app, emptyApp()].map((each) => createServer(each));
if (!server || !bare) throw new Error('there are two');
await Promise.all(
  [server, bare].map((each) => {
    each.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
    return once(each, 'listening');
  }),
);
// A server that listens on a port has an address of this form.
const portOf = (each: typeof server) => (each.address() as AddressInfo).port;
process.send?.({ port: portOf(server), emptyPort: portOf(bare) });
// Whoever measures has gone, however it ended.
process.on('disconnect', () => process.exit());
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});
