import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { defineApi, defineService } from '@ticketaka/platform/contract';
import { createApp, createServer, listen } from '@ticketaka/platform/http';
import { createMetrics } from '@ticketaka/platform/metrics';
import { openRedis } from '@ticketaka/platform/redis';
import { type PrivateServer, startPrivate, waitFor } from '@ticketaka/platform/testing';
import { errors } from '../../errors.ts';
import { createSeatImage } from '../../seats/index.ts';
import { availabilityHandlers, availabilityRoutes, createAvailability } from '../index.ts';
import { Page } from './page.ts';
import { changes, log, session } from './world.ts';

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const owner = defineService({ name: 'reservation', summary: 'Owns keys', workloads, owns: { redis: true } });

let server: PrivateServer;
beforeAll(async () => {
  server = await startPrivate('redis', [owner]);
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

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

it('tells open streams, and those that are opened meanwhile, that seats are not certain until Redis is back', async () => {
  const redis = await openRedis({ url: server.url(owner), service: 'reservation', log });
  const image = createSeatImage({ redis });
  const metrics = createMetrics({ service: 'reservation', workload: 'test', ofProcess: false });
  await using stack = new AsyncDisposableStack();
  const availability = createAvailability({ image, changes, redis, log, metrics, trustMs: 1_000 });
  await availability.start();
  stack.defer(() => redis.disconnect());
  stack.defer(() => availability.stop());
  const shown = session();
  const api = defineApi({
    service: 'reservation',
    base: '/api/reservations',
    title: 'Availability',
    errors,
    routes: availabilityRoutes,
  });
  const handlers = availabilityHandlers({ availability, sessions: { get: async () => shown } });
  const http = await listen(
    createServer(createApp({ api, handlers, log, metrics, checkResponses: 'throw' })),
    0,
    '127.0.0.1',
  );
  stack.defer(() => http.close());
  const url = `${http.url}/api/reservations/sessions/${shown.id}/availability/stream`;
  await image.rebuild(shown.id, { epoch: 1, units: shown.units, taken: [] });
  const [open, later] = [new Page(url), new Page(url)];
  stack.defer(() => {
    open.close();
    later.close();
  });
  await open.open();
  await image.block(shown.id, { epoch: 1, units: [3] });
  await waitFor(() => open.seats[3] === 3);
  expect(open.certain).toBe(true);
  const { lastId } = open;

  // It hangs: the connection stays, and nothing is said on it.
  await server.pause();
  await waitFor(() => !open.certain, { timeoutMs: 20_000, what: 'the page to hear of it' });
  await later.open();
  await waitFor(() => !later.certain && later.seats[3] === 3, { timeoutMs: 20_000 });
  await server.resume();
  await waitFor(() => open.certain && later.certain, { timeoutMs: 20_000 });
  expect(open.lastId).toBe(lastId);

  await server.kill();
  await waitFor(() => !open.certain, { timeoutMs: 20_000 });
  await server.start();
  await waitFor(async () => (await redis.ping()) === 'PONG', { timeoutMs: 20_000 });
  await image.rebuild(shown.id, { epoch: 2, units: shown.units, taken: [] });
  await waitFor(() => open.certain, { timeoutMs: 20_000 });
  // Certain of what there is now, and not of what was shown before.
  expect(open.seats[3]).toBe(0);
}, 120_000);
