import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createLogger } from '@ticketaka/platform/log';
import { migrate, openDatabase } from '@ticketaka/platform/mariadb';
import { openRedis } from '@ticketaka/platform/redis';
import { createTestDatabase, createTestRedis, waitFor } from '@ticketaka/platform/testing';
import { createWaitingRoom, waitingRooms } from '../../../services/reservation/waiting-room/index.ts';
import type { BenchCase } from '../harness.ts';
import { startChildServer } from './child-server.ts';
import { emptyLoad, getLoad } from './get-load.ts';

const file = join(import.meta.dirname, 'queue-poll-server.ts');
const asBrowsersDo = { 'accept-encoding': 'gzip, deflate, br' };

export const queuePoll: BenchCase = {
  name: 'queue-poll',
  summary: 'how far the queue is, as everybody who waits asks every few seconds, against our own route that answers {}',
  unit: 'requests/s of CPU',
  target: { bound: 'at least', ratio: 0.9 },
  async prepare() {
    const [database, server] = await Promise.all([createTestDatabase('reservation'), createTestRedis('reservation')]);
    const log = createLogger({ service: 'bench', workload: 'queue-poll', level: 'silent' });
    const db = await openDatabase<unknown>({ url: database.url, log });
    const redis = await openRedis({ url: server.url, service: 'reservation', log });
    await migrate(db, { 'waiting-rooms': waitingRooms }, log);
    const room = createWaitingRoom({ db, redis, keys: [new Uint8Array(32).fill(7)], log });
    const sessionId = randomUUID();
    const { commitment } = await room.configure(sessionId, { mode: 'on' });
    const child = await startChildServer(file, `${database.url} ${server.url}`);
    const url = `${child.url}/api/reservations/sessions/${sessionId}/queue`;
    let served = 0;

    /** Moves the queue on, and looks whether the answers follow. */
    async function follows() {
      served += 1;
      await database.query('UPDATE waiting_rooms SET serving = ? WHERE id = ?', [served, sessionId]);
      return await waitFor(async () => {
        const answer: unknown = await (await fetch(url)).json();
        const wanted = { sessionId, state: 'open', serving: served, commitment };
        const is = Object.entries(wanted).every(([name, value]) => Object(answer)[name] === value);
        return is;
      });
    }

    return {
      async subject() {
        const load = await getLoad(child, { urls: [url], headers: asBrowsersDo, status: 200 });
        return { ...load, correct: load.correct && (await follows()) };
      },
      reference: () => emptyLoad(child),
      async close() {
        await child.stop();
        redis.disconnect();
        await db.close();
        await database[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  },
};
