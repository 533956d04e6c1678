import { defineApi } from '@ticketaka/platform/contract';
import { createApp } from '@ticketaka/platform/http';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, openDatabase } from '@ticketaka/platform/mariadb';
import { createMetrics } from '@ticketaka/platform/metrics';
import { openRedis } from '@ticketaka/platform/redis';
import { errors } from '../../../services/reservation/errors.ts';
import { SessionBook } from '../../../services/reservation/sessions/index.ts';
import type { Schema } from '../../../services/reservation/store/schema.ts';
import {
  createWaitingRoom,
  waitingRoomHandlers,
  waitingRoomRoutes,
} from '../../../services/reservation/waiting-room/index.ts';
import { serveBesideEmpty } from './child-side.ts';

/** The server of the case `queue-poll`, in a process of its own so that its CPU time can be told. */
const [databaseUrl = '', redisUrl = ''] = (process.argv[2] ?? '').split(' ');
const identity = { service: 'reservation', workload: 'api' };
const log = createLogger(identity);
const metrics = createMetrics(identity);
const db: Database<Schema> = await openDatabase({ url: databaseUrl, log });
const redis = await openRedis({ url: redisUrl, service: 'reservation', log });
const waitingRoom = createWaitingRoom({ db, redis, keys: [new Uint8Array(32).fill(7)], log, metrics });
await waitingRoom.start();

const performances = {
  getSession: () => Promise.reject(new Error('a poll asks nobody')),
};
const { getQueue } = waitingRoomHandlers({
  waitingRoom,
  sessions: new SessionBook({ db, performances, log }),
  limit: { count: () => undefined },
});
const app = createApp({
  api: defineApi({
    service: 'reservation',
    base: '/api/reservations',
    title: 'Queue',
    errors,
    routes: { getQueue: waitingRoomRoutes.getQueue },
  }),
  handlers: { getQueue },
  log,
  metrics,
  checkResponses: 'log',
});

await serveBesideEmpty(app);
