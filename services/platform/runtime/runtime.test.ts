import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, defineApi, defineService, noContent } from '../contract/index.ts';
import { createServer, type Handlers, type Listening, listen } from '../http/index.ts';
import { Health } from '../lifecycle/index.ts';
import { createLogger } from '../log/index.ts';
import { createMetrics } from '../metrics/index.ts';
import { Runtime } from './index.ts';

const api = defineApi({
  service: 'shows',
  base: '/shows',
  title: 'Shows',
  routes: {
    read: {
      method: 'GET',
      path: '/{id}',
      access: access.public(),
      summary: 'Read',
      params: z.object({ id: z.string() }),
      responses: { 200: z.object({ id: z.string() }) },
    },
    write: { method: 'PUT', path: '/{id}', access: access.public(), summary: 'Write', responses: { 204: noContent } },
    list: {
      method: 'GET',
      path: '/all',
      access: access.public(),
      summary: 'List',
      responses: { 200: z.array(z.string()) },
    },
  },
});
type ReadRoute = 'read';
const service = defineService({
  name: 'shows',
  summary: 'Shows',
  api,
  workloads: {
    write: { kind: 'http', scale: { min: 1, max: 1 }, serves: ['write', 'list'] },
    read: { kind: 'http', scale: { min: 1, max: 1 }, serves: ['read'] },
  },
});
const readHandlers: Handlers<typeof api, ReadRoute> = { read: async ({ params }) => ({ status: 200, body: params }) };

function runtimeOf(workload: string, own: { readonly TRUSTED_PROXIES?: number } = {}) {
  const config = {
    PORT: 0,
    ADMIN_PORT: 0,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent' as const,
    PUBLIC_URL: 'http://localhost',
    DRAIN_MS: 0,
    RATE_LIMIT_SCALE: 1,
    CHECK_RESPONSES: 'throw' as const,
    ...own,
  };
  const log = createLogger({ service: 'shows', workload, level: 'silent' });
  const metrics = createMetrics({ service: 'shows', workload, ofProcess: false });
  return new Runtime({ service, workload, config, log, metrics, health: new Health() });
}

const running: Listening[] = [];
let read = '';
let write = '';
beforeAll(async () => {
  const reading = runtimeOf('read').app<typeof api, ReadRoute>({ api, handlers: readHandlers });
  const writing = runtimeOf('write').app<typeof api, Exclude<keyof Handlers<typeof api>, ReadRoute>>({
    api,
    handlers: { write: async () => ({ status: 204 }), list: async () => ({ status: 200, body: [] }) },
  });
  for (const app of [reading, writing]) running.push(await listen(createServer(app), 0, '127.0.0.1'));
  [read = '', write = ''] = running.map(({ url }) => url);
});
afterAll(() => Promise.all(running.map((server) => server.close({ deadlineMs: 0 }))));

const status = async (url: string, method = 'GET') => (await fetch(url, { method })).status;

describe('a service of two http workloads', () => {
  it('answers in each the routes that the declaration gives it', async () => {
    expect(await status(`${read}/shows/1`)).toBe(200);
    expect(await status(`${write}/shows/1`, 'PUT')).toBe(204);
    expect(await status(`${write}/shows/all`)).toBe(200);
  });

  it('answers 404 to routes of the other workload, also where a path of its own would match', async () => {
    expect(await status(`${read}/shows/all`)).toBe(404);
    expect(await status(`${read}/shows/1`, 'PUT')).toBe(404);
    expect(await status(`${write}/shows/1`)).toBe(404);
    expect(await status(`${write}/shows/1`, 'HEAD')).toBe(404);
  });

  it('answers 405 to methods that no workload has there', async () => {
    expect(await status(`${read}/shows/1`, 'DELETE')).toBe(405);
  });

  it('documents the whole API in the first', async () => {
    const document = z
      .object({ paths: z.looseObject({}) })
      .parse(await (await fetch(`${write}/shows/openapi.json`)).json());
    expect(Object.keys(document.paths)).toEqual(['/shows/{id}', '/shows/all']);
    expect(await status(`${write}/shows/docs`)).toBe(200);
    expect(await status(`${read}/shows/openapi.json`)).toBe(404);
  });

  it('does not start with handlers of routes that it does not serve, or without those that it does', () => {
    const runtime = runtimeOf('write');
    expect(() => runtime.app<typeof api, ReadRoute>({ api, handlers: readHandlers })).toThrow('no route read here');
    expect(() => runtime.app<typeof api, never>({ api, handlers: {} })).toThrow('shows.write has no handler');
    // @ts-expect-error a call that names no routes needs the handlers of all
    expect(() => runtime.app({ api, handlers: readHandlers })).toThrow('no route read here');
  });
});

describe('the address of a client', () => {
  const handlers: Handlers<typeof api, ReadRoute> = {
    read: async ({ clientAddress }) => ({ status: 200, body: { id: clientAddress } }),
  };

  // The gateway adds whoever it talks to at the end of what it was given.
  it.each([
    { what: 'the one that the gateway saw', own: {}, header: '203.0.113.9, 198.51.100.7', client: '198.51.100.7' },
    {
      what: 'the one that the proxy before it saw',
      own: { TRUSTED_PROXIES: 2 },
      header: '203.0.113.9, 198.51.100.7',
      client: '203.0.113.9',
    },
    {
      what: 'not what a client says',
      own: { TRUSTED_PROXIES: 2 },
      header: '6.6.6.6, 203.0.113.9, 198.51.100.7',
      client: '203.0.113.9',
    },
  ])('is $what', async ({ own, header, client }) => {
    const server = await listen(
      createServer(runtimeOf('read', own).app<typeof api, ReadRoute>({ api, handlers })),
      0,
      '127.0.0.1',
    );
    try {
      const answer = await fetch(`${server.url}/shows/1`, { headers: { 'x-forwarded-for': header } });
      expect(await answer.json()).toEqual({ id: client });
    } finally {
      await server.close({ deadlineMs: 0 });
    }
  });
});
