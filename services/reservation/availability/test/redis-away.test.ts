import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { defineService } from '@ticketaka/platform/contract';
import { createMetrics } from '@ticketaka/platform/metrics';
import { openRedis } from '@ticketaka/platform/redis';
import { type PrivateServer, startPrivate, waitFor } from '@ticketaka/platform/testing';
import { createSeatImage } from '../../seats/index.ts';
import { createAvailability } from '../index.ts';
import { changes, log, session } from './world.ts';

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const owner = defineService({ name: 'reservation', summary: 'Owns keys', workloads, owns: { redis: true } });

let server: PrivateServer;
beforeAll(async () => {
  server = await startPrivate('redis', [owner]);
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

it('believes nothing while Redis is away or hangs, and takes the picture again that there is after that', async () => {
  const redis = await openRedis({ url: server.url(owner), service: 'reservation', log });
  const image = createSeatImage({ redis });
  const metrics = createMetrics({ service: 'reservation', workload: 'test', ofProcess: false });
  const availability = createAvailability({ image, changes, redis, log, metrics, trustMs: 1_000 });
  await availability.start();
  try {
    const shown = session();

    const known = () => availability.isTaken(shown.id, 3);
    await image.rebuild(shown.id, { epoch: 1, units: shown.units, taken: [] });
    await availability.open(shown);
    await image.block(shown.id, { epoch: 1, units: [3] });
    await waitFor(() => known() === true);

    await server.pause();
    await waitFor(() => known() === undefined, { timeoutMs: 20_000 });
    await server.resume();
    await waitFor(() => known() === true, { timeoutMs: 20_000 });

    // It comes back empty: nothing was written to disk.
    await server.kill();
    await waitFor(() => known() === undefined, { timeoutMs: 20_000 });
    expect(await availability.open(shown)).toBe(true);
    await server.start();
    await waitFor(async () => (await redis.ping()) === 'PONG', { timeoutMs: 20_000 });
    await image.rebuild(shown.id, { epoch: 2, units: shown.units, taken: [] });
    await waitFor(() => known() === false, { timeoutMs: 20_000 });
  } finally {
    await availability.stop();
    redis.disconnect();
  }
}, 120_000);
