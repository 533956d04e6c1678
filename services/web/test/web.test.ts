import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, createServer, type Listening, listen } from '@ticketaka/platform/http';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { z } from 'zod';
import { api } from '../api.ts';
import { apis, platformDocument } from '../documents.ts';
import { createHandlers } from '../http/handlers.ts';

describe('the web server', () => {
  let server: Listening;

  beforeAll(async () => {
    const app = createApp({
      api,
      handlers: createHandlers(apis),
      document: { ...platformDocument },
      log: createLogger({ service: 'web', workload: 'server', level: 'silent' }),
      metrics: createMetrics({ service: 'web', workload: 'server' }),
      checkResponses: 'throw',
    });
    server = await listen(createServer(app), 0, '127.0.0.1');
  });

  afterAll(async () => {
    await server.close({ deadlineMs: 1000 });
  });

  const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });

  it('answers with the first page in the language that the browser prefers', async () => {
    const korean = await get('/', { 'accept-language': 'ko-KR,ko;q=0.9' });
    expect(await korean.text()).toContain('<html lang="ko">');
    const english = await get('/', { 'accept-language': 'en' });
    expect(await english.text()).toContain('<html lang="en">');
    expect(english.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(english.headers.get('vary')?.toLowerCase()).toContain('accept-language');
  });

  it('answers in the language that the address asks for, whatever the browser prefers', async () => {
    const response = await get('/?locale=ko', { 'accept-language': 'en' });
    expect(await response.text()).toContain('<html lang="ko">');
  });

  it('refuses a language that it does not speak', async () => {
    expect((await get('/?locale=xx')).status).toBe(400);
  });

  it('lets the first page run no script and load nothing from elsewhere', async () => {
    const response = await get('/');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await response.text()).not.toMatch(/<script|https?:\/\//);
  });

  it('links only to pages that exist', async () => {
    const page = await (await get('/')).text();
    const links = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link);
    const own = links.filter((link) => !apis.some(({ base }) => link.startsWith(base)));
    expect(own).toContain('/docs');
    for (const link of own) expect([link, (await get(link)).status]).toEqual([link, 200]);
    const others = links.filter((link) => !own.includes(link));
    expect(others).toEqual(apis.map(({ base }) => `${base}/docs`));
  });

  it('answers with the icon as an image', async () => {
    const response = await get('/favicon.svg');
    expect(response.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(await response.text()).toContain('<svg');
  });

  it('has one document with the routes of every service that clients can reach', async () => {
    const { paths } = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(await (await get('/openapi.json')).json());
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const reachable = apis
      .flatMap(({ routes }) => Object.values(routes))
      .filter(({ access, name }) => access.level !== 'internal' && !/^(openApiDocument|docsPage|docsFile)$/.test(name))
      .map(({ method, fullPath }) => `${method} ${fullPath}`);
    expect(documented).toEqual(expect.arrayContaining(reachable));
    expect(documented.filter((route) => route.includes('/internal/'))).toEqual([]);
  });

  it('shows that document at /docs without anything from elsewhere', async () => {
    const response = await get('/docs');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await (await get('/docs/files/initializer.js')).text()).toContain('"/openapi.json"');
  });

  it('has nothing else', async () => {
    expect((await get('/nothing')).status).toBe(404);
  });
});
