import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer, type IncomingHttpHeaders, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { createServer, type Listening, listen } from '../index.ts';

/** Uses what Express adds to requests and responses, each in one route. */
function everything(directory: string): Express {
  const app = express();
  app.set('trust proxy', 1);
  app.set('env', 'test');
  app.use(express.json());
  app.get('/request', (request, response) => {
    const { query, ip, ips, protocol, secure, hostname, path, originalUrl, baseUrl, subdomains, xhr, fresh } = request;
    const accepts = [request.accepts('json', 'html'), request.acceptsLanguages('ko', 'en'), request.is('json')];
    const own = [request.app === app, response.app === app, request.res === response, response.req === request];
    const seen = { query, ip, ips, protocol, secure, hostname, path, originalUrl, baseUrl, subdomains, xhr, fresh };
    response.json({ ...seen, accepts, own, header: request.get('X-Own'), range: request.range(10) });
  });
  app.get('/params/:id/*rest', (request, response) => {
    response.status(202).set('X-Id', request.params.id).json(request.params);
  });
  app.post('/body', (request, response) => {
    response.type('application/vnd.own+json').send(request.body);
  });
  app.get('/cookies', (_request, response) => {
    response
      .cookie('a', 'b c', { httpOnly: true, maxAge: 1000 })
      .clearCookie('d')
      .append('X-More', ['1', '2'])
      .send('set');
  });
  app.get('/redirect', (_request, response) => response.redirect(307, '/request?to=1'));
  app.get('/location', (_request, response) => {
    response.location('/a b').vary('Origin').links({ next: '/n' }).attachment('a.txt').end();
  });
  app.get('/format', (_request, response) => {
    response.format({ text: () => response.send('text'), html: () => response.send('<p>html</p>') });
  });
  app.get('/file', (_request, response) => response.sendFile('file.txt', { root: directory }));
  app.get('/missing-file', (_request, response) => response.sendFile('none.txt', { root: directory }));
  app.get('/etag', (_request, response) => response.send('the same every time'));
  app.get('/empty', (_request, response) => response.sendStatus(204));
  app.get('/jsonp', (_request, response) => response.jsonp({ a: '<b>' }));
  app.get('/locals', (_request, response) => {
    response.locals['a'] = 1;
    response.json(response.locals);
  });
  app.get('/stream', (_request, response) => {
    response.write('one');
    response.end('two');
  });
  app.get('/async-error', async () => Promise.reject(Object.assign(new Error('late'), { status: 418 })));
  app.get('/error', () => {
    throw new Error('now');
  });
  const router = express.Router();
  router.get('/:name', (request, response) => response.json([request.baseUrl, request.url, request.params]));
  app.use('/router', router);
  const mounted = express();
  mounted.get('/inner', (request, response) => response.json([request.baseUrl, request.app === mounted]));
  app.use('/mounted', mounted);
  // Express knows an error handler by its four parameters.
  // oxlint-disable-next-line max-params
  app.use((error: Error & { status?: number }, _request: Request, response: Response, _next: NextFunction) => {
    response.status(error.status ?? 500).json({ error: error.message });
  });
  return app;
}

interface Probe {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const json = { 'content-type': 'application/json' };
const probes: readonly Probe[] = [
  { path: '/request?a=1&a=2&b%20c=d' },
  {
    path: '/request',
    headers: {
      'x-forwarded-for': '192.0.2.1, 198.51.100.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'a.b.example.com',
      'x-requested-with': 'XMLHttpRequest',
      'x-own': 'mine',
      range: 'bytes=0-3',
      accept: 'text/html;q=0.5, application/json',
      'accept-language': 'en;q=0.1, ko',
      cookie: 'a=b',
    },
  },
  { path: '/params/7/x/y%20z' },
  { path: '/params/%zz/x' },
  { path: '/body', method: 'POST', body: '{"a":[1,"나"]}', headers: json },
  { path: '/body', method: 'POST', body: '{"a":', headers: json },
  { path: '/body', method: 'POST', body: `"${'x'.repeat(200_000)}"`, headers: json },
  { path: '/cookies' },
  { path: '/redirect' },
  { path: '/location' },
  { path: '/format', headers: { accept: 'text/html' } },
  { path: '/format', headers: { accept: 'image/png' } },
  { path: '/file' },
  { path: '/file', headers: { range: 'bytes=2-4' } },
  { path: '/file', method: 'HEAD' },
  { path: '/missing-file' },
  { path: '/etag' },
  { path: '/etag', headers: { 'if-none-match': 'W/"13-WK7CkHQGyTnPmVgiJlHK7nPcHCY"' } },
  { path: '/empty' },
  { path: '/jsonp?callback=go' },
  { path: '/locals' },
  { path: '/stream' },
  { path: '/async-error' },
  { path: '/error' },
  { path: '/router/a?b=c' },
  { path: '/mounted/inner' },
  { path: '/nothing' },
  { path: '/request', method: 'HEAD' },
  { path: '/request', method: 'OPTIONS' },
  { path: '/request', method: 'DELETE' },
];

/** What two servers may say differently: the time, and for how long they keep a connection. */
function comparable(given: IncomingHttpHeaders) {
  const headers = { ...given };
  for (const name of ['date', 'keep-alive', 'last-modified']) delete headers[name];
  const cookies = headers['set-cookie']?.map((cookie) => cookie.replace(/Expires=[^;]+/, 'Expires'));
  return { ...headers, ...(cookies && { 'set-cookie': cookies }) };
}

async function probe(port: number, { path, method = 'GET', headers = {}, body }: Probe) {
  const request = send({ host: '127.0.0.1', port, path, method, headers: { host: 'localhost', ...headers } });
  request.end(body);
  const [response] = await once(request, 'response');
  return { status: response.statusCode, headers: comparable(response.headers), body: await text(response) };
}

describe('createServer', () => {
  let directory = '';
  let plain: Listening;
  let ours: Listening;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'twin-'));
    await writeFile(join(directory, 'file.txt'), 'a file to be sent');
    plain = await listen(createPlainServer(everything(directory)), 0, '127.0.0.1');
    ours = await listen(createServer(everything(directory)), 0, '127.0.0.1');
  });
  afterAll(async () => {
    await Promise.all([plain.close({ deadlineMs: 0 }), ours.close({ deadlineMs: 0 })]);
    await rm(directory, { recursive: true });
  });

  it.each(
    probes.map((one) => [`${one.method ?? 'GET'} ${one.path} ${JSON.stringify(one.headers ?? {})}`, one] as const),
  )('answers as Express’s own server does: %s', async (_, one) => {
    expect(await probe(ours.port, one)).toEqual(await probe(plain.port, one));
  });

  it('gives requests and responses their prototypes at birth, so that Express changes none', async () => {
    const app = everything(directory);
    const server = createServer(app);
    const born: unknown[] = [];
    server.prependListener('request', (request, response) => {
      born.push(Object.getPrototypeOf(request) === app.request, Object.getPrototypeOf(response) === app.response);
    });
    const listening = await listen(server, 0, '127.0.0.1');
    await probe(listening.port, { path: '/locals' });
    await listening.close({ deadlineMs: 0 });
    expect(born).toEqual([true, true]);
  });

  it('can serve one application twice', async () => {
    const app = everything(directory);
    const both = await Promise.all([
      listen(createServer(app), 0, '127.0.0.1'),
      listen(createServer(app), 0, '127.0.0.1'),
    ]);
    const answers = await Promise.all(both.map(({ port }) => probe(port, { path: '/locals' })));
    await Promise.all(both.map((server) => server.close({ deadlineMs: 0 })));
    expect(answers[0]).toEqual(answers[1]);
  });

  it('keeps idle connections longer than the sidecar does, and others not for ever', () => {
    const server = createServer(express());
    expect(server.keepAliveTimeout).toBeGreaterThan(3_600_000);
    expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 30_000]);
  });

  it('refuses headers that are too long', async () => {
    expect((await probe(ours.port, { path: '/locals', headers: { 'x-long': 'x'.repeat(20_000) } })).status).toBe(431);
  });
});
