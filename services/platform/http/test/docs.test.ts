import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, defineApi } from '../../contract/index.ts';
import type { Handlers } from '../index.ts';
import { serve } from './serve.ts';

const api = defineApi({
  service: 'shows',
  base: '/api/shows',
  title: 'Shows',
  routes: {
    list: {
      method: 'GET',
      path: '',
      access: access.public(),
      summary: 'Shows',
      responses: { 200: z.object({ shows: z.array(z.string()) }) },
    },
  },
});
const handlers: Handlers<typeof api> = { list: async () => ({ status: 200, body: { shows: [] } }) };

const start = () => serve({ api, handlers });
let server: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server[Symbol.asyncDispose]());

const type = async (file: string) => (await server.get(`/api/shows/docs/files/${file}`)).headers.get('content-type');

describe('the page about an API', () => {
  it('is there without a declaration, for an API of one route too', async () => {
    expect((await server.get('/api/shows')).status).toBe(200);
    const document: unknown = await (await server.get('/api/shows/openapi.json')).json();
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Shows' },
      paths: { '/api/shows': { get: {} } },
    });
  });

  it('loads nothing but files of its own, which are there', async () => {
    const page = await (await server.get('/api/shows/docs')).text();
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files).toHaveLength(4);
    for (const file of files) {
      const answer = await server.get(file);
      expect([file, answer.status, (await answer.arrayBuffer()).byteLength > 100]).toEqual([file, 200, true]);
    }
  });

  it('gives each file the type that a browser insists on', async () => {
    expect(await type('swagger-ui.css')).toBe('text/css; charset=utf-8');
    expect(await type('swagger-ui-bundle.js')).toBe('text/javascript; charset=utf-8');
    expect(await type('initializer.js')).toBe('text/javascript; charset=utf-8');
    expect(await type('favicon-32x32.png')).toBe('image/png');
  });

  it('allows no script in the page itself', async () => {
    const answer = await server.get('/api/shows/docs');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(await answer.text()).not.toMatch(/<script>|onload=/);
  });

  it.each(['package.json', '..%2Fpackage.json', 'swagger-ui-bundle.js.map', 'constructor'])(
    'does not give out %s',
    async (file) => {
      expect((await server.get(`/api/shows/docs/files/${file}`)).status).toBe(404);
    },
  );

  it('can show another document', async () => {
    await using other = await serve({ api, handlers, document: { openapi: '3.1.0', info: { title: 'All' } } });
    expect(await (await other.get('/api/shows/openapi.json')).json()).toMatchObject({ info: { title: 'All' } });
  });
});
