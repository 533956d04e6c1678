import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, bytes, content, defineApi } from '../../contract/index.ts';
import { encoded, type Handlers, matchingTag, prerender } from '../index.ts';
import { serve } from './serve.ts';

const Seats = z.object({ seats: z.array(z.object({ row: z.string(), number: z.int().max(5000) })) });
const api = defineApi({
  service: 'maps',
  base: '/maps',
  title: 'Maps',
  routes: {
    versioned: {
      method: 'GET',
      path: '/versioned',
      access: access.public(),
      summary: 'By a version',
      responses: { 200: Seats },
    },
    dated: { method: 'GET', path: '/dated', access: access.public(), summary: 'By a date', responses: { 200: Seats } },
    hashed: {
      method: 'GET',
      path: '/hashed',
      access: access.public(),
      summary: 'By its bytes',
      etag: 'body',
      responses: { 200: z.object({ count: z.int() }) },
    },
    ready: {
      method: 'GET',
      path: '/ready',
      access: access.public(),
      summary: 'Rendered before',
      responses: { 200: Seats },
    },
    file: {
      method: 'GET',
      path: '/file',
      access: access.public(),
      summary: 'A file',
      responses: { 200: content('text/plain', bytes) },
    },
    image: {
      method: 'GET',
      path: '/image',
      access: access.public(),
      summary: 'An image',
      responses: { 200: content('image/webp', bytes) },
    },
    packed: {
      method: 'GET',
      path: '/packed',
      access: access.public(),
      summary: 'Bytes that shrink',
      responses: { 200: content('application/octet-stream', bytes) },
    },
    large: { method: 'GET', path: '/large', access: access.public(), summary: 'Large', responses: { 200: Seats } },
    small: {
      method: 'GET',
      path: '/small',
      access: access.public(),
      summary: 'Small',
      responses: { 200: z.object({ ok: z.boolean() }) },
    },
    ambient: {
      method: 'GET',
      path: '/ambient',
      access: access.public(),
      summary: 'Reads a cookie',
      cookies: z.object({ session: z.string().optional() }),
      responses: { 200: Seats },
    },
    signIn: {
      method: 'GET',
      path: '/sign-in',
      access: access.public(),
      summary: 'Sets a cookie',
      responses: { 200: Seats },
    },
    posted: { method: 'POST', path: '/posted', access: access.public(), summary: 'Large', responses: { 200: Seats } },
  },
});

const large = { seats: Array.from({ length: 500 }, (_, number) => ({ row: '가', number })) };
const ready = prerender(api.routes.ready, 200, large);
const plain = Buffer.from('seat '.repeat(1000));
const file = encoded(plain, { gzip: gzipSync(plain) });
const fileDate = 'Sat, 14 Nov 2026 10:00:00 GMT';
let count = 1;
/** Which of the answers were taken apart to be written out. */
let read: string[] = [];
const watched = (name: string) => ({
  get seats() {
    read.push(name);
    return large.seats;
  },
});

const handlers: Handlers<typeof api> = {
  versioned: async () => ({ status: 200, body: watched('versioned'), headers: { ETag: '"7"' } }),
  dated: async () => ({ status: 200, body: watched('dated'), headers: { 'Last-Modified': fileDate } }),
  hashed: async () => ({ status: 200, body: { count } }),
  ready: async () => ({ status: 200, body: ready, headers: { 'Catalogue-Behind': '3' } }),
  file: async () => ({ status: 200, body: file, headers: { 'cache-control': 'public, max-age=60', vary: 'Origin' } }),
  image: async () => ({ status: 200, body: encoded(plain) }),
  packed: async () => ({ status: 200, body: encoded(plain, { etag: '"3-7"', compressible: true }) }),
  large: async () => ({ status: 200, body: large }),
  small: async () => ({ status: 200, body: { ok: true } }),
  ambient: async () => ({ status: 200, body: large }),
  signIn: async () => ({ status: 200, body: large, cookies: [{ name: 'session', value: 'x' }] }),
  posted: async () => ({ status: 200, body: large }),
};

const start = () => serve({ api, handlers });
let server: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  count = 1;
  read = [];
});

/** `fetch` decodes what comes, and asks for encodings by itself. */
async function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  httpRequest({ host: '127.0.0.1', port: server.port, path: `/maps${path}`, method, headers }, resolve)
    .on('error', reject)
    .end();
  const answer = await promise;
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}

const datedStatus = async (headers: Record<string, string>) => (await ask('/dated', headers)).status;

describe('a conditional GET', () => {
  it.each(['"7"', 'W/"7"', '"1", W/"7"', '*', '"a,b", "7"'])('answers 304 to If-None-Match: %s', async (tags) => {
    const answer = await ask('/versioned', { 'if-none-match': tags });
    expect([answer.status, answer.body.length, answer.headers['content-type']]).toEqual([304, 0, undefined]);
    expect(answer.headers).toMatchObject({ etag: expect.stringContaining('"7"'), vary: 'Accept-Encoding' });
  });

  it('does not write out what is not sent', async () => {
    await ask('/versioned', { 'if-none-match': '"7"' });
    expect(read).toEqual([]);
    await ask('/versioned');
    expect(read).toEqual(['versioned']);
  });

  it.each(['"8"', '7', '', '"7', 'W/"77"'])('answers in full to If-None-Match: %s', async (tags) => {
    const answer = await ask('/versioned', { 'if-none-match': tags });
    expect([answer.status, answer.headers.etag]).toEqual([200, '"7"']);
  });

  it('answers HEAD as GET', async () => {
    expect((await ask('/versioned', { 'if-none-match': '"7"' }, 'HEAD')).status).toBe(304);
    const [head, get] = [await ask('/ready', {}, 'HEAD'), await ask('/ready')];
    expect(head.body.length).toBe(0);
    expect({ ...head.headers, date: '', 'x-request-id': '' }).toEqual({
      ...get.headers,
      date: '',
      'x-request-id': '',
    });
  });

  it('compares dates, where there is no tag to compare', async () => {
    expect(await datedStatus({ 'if-modified-since': fileDate })).toBe(304);
    expect(await datedStatus({ 'if-modified-since': 'Sat, 14 Nov 2026 10:00:01 GMT' })).toBe(304);
    expect(await datedStatus({ 'if-modified-since': 'Sat, 14 Nov 2026 09:59:59 GMT' })).toBe(200);
    expect(await datedStatus({ 'if-modified-since': 'yesterday' })).toBe(200);
    expect(await datedStatus({ 'if-modified-since': fileDate, 'if-none-match': '"1"' })).toBe(200);
  });

  it('hashes the body where the route says so', async () => {
    const { headers } = await ask('/hashed');
    expect(headers.etag).toMatch(/^"[\w-]{27}"$/);
    expect(headers['cache-control']).toBe('no-cache');
    const again = { 'if-none-match': String(headers.etag) };
    expect((await ask('/hashed', again)).status).toBe(304);
    count = 2;
    expect((await ask('/hashed', again)).status).toBe(200);
  });

  it('leaves answers without a validator as they are', async () => {
    const answer = await ask('/small', { 'if-none-match': '*', 'accept-encoding': 'gzip, br' });
    expect([answer.status, answer.headers.etag, answer.headers.vary]).toEqual([200, undefined, undefined]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('lets a client that read a compressed answer name the version', () => {
    expect(matchingTag('W/"7"', '"7"')).toBe('W/"7"');
    expect(matchingTag('"8", "9"', '"7"')).toBeUndefined();
  });
});

describe('compression', () => {
  it('sends large text and JSON by gzip, with a weak tag', async () => {
    const answer = await ask('/versioned', { 'accept-encoding': 'br, gzip' });
    expect(answer.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'Accept-Encoding',
      etag: 'W/"7"',
      'content-length': String(answer.body.length),
    });
    expect(JSON.parse(gunzipSync(answer.body).toString())).toEqual(large);
  });

  it.each([undefined, '', 'identity', 'deflate', 'gzip;q=0', 'gzip;q=0.5, identity', '*;q=0'])(
    'sends them as they are, and says that it depends, to Accept-Encoding: %s',
    async (accepted) => {
      const answer = await ask('/large', accepted === undefined ? {} : { 'accept-encoding': accepted });
      expect([answer.headers['content-encoding'], answer.headers.vary]).toEqual([undefined, 'Accept-Encoding']);
      expect(JSON.parse(answer.body.toString())).toEqual(large);
    },
  );

  it.each([
    ['/small', 'small'],
    ['/image', 'compressed by its nature'],
    ['/ambient', 'for whoever holds a cookie'],
    ['/sign-in', 'with a cookie'],
  ])('leaves alone %s, which is %s', async (path) => {
    const answer = await ask(path, { 'accept-encoding': 'br, gzip' });
    expect([answer.headers['content-encoding'], answer.headers.vary]).toEqual([undefined, undefined]);
  });

  it('leaves alone what is no GET', async () => {
    expect((await ask('/posted', { 'accept-encoding': 'gzip' }, 'POST')).headers['content-encoding']).toBeUndefined();
  });

  it('sends a file by brotli, or as it was compressed before, and keeps what else it depends on', async () => {
    const answer = await ask('/file', { 'accept-encoding': 'gzip, deflate, br' });
    expect(answer.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': 'text/plain; charset=utf-8',
      vary: 'Origin, Accept-Encoding',
      'cache-control': 'public, max-age=60',
    });
    expect(brotliDecompressSync(answer.body).equals(plain)).toBe(true);
    expect(
      (await ask('/file', { 'accept-encoding': 'gzip' })).body.equals((await file.encoded('gzip')) as Buffer),
    ).toBe(true);
  });
});

it('compresses bytes of no telling type when whoever prepared them says that they shrink, and takes its word for the tag', async () => {
  const answer = await ask('/packed', { 'accept-encoding': 'br' });
  expect(answer.headers).toMatchObject({ 'content-encoding': 'br', etag: 'W/"3-7"' });
  expect(brotliDecompressSync(answer.body).equals(plain)).toBe(true);
  expect((await ask('/packed')).headers.etag).toBe('"3-7"');
  expect((await ask('/packed', { 'if-none-match': 'W/"3-7"' })).status).toBe(304);
});

describe('an answer that was rendered before', () => {
  it('is sent with its tag and the headers of the moment', async () => {
    const answer = await ask('/ready');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      etag: ready.etag,
      'cache-control': 'no-cache',
      'catalogue-behind': '3',
    });
    expect(JSON.parse(answer.body.toString())).toEqual(large);
  });

  it('is compressed once', async () => {
    expect(await ready.encoded('br')).toBe(await ready.encoded('br'));
    const answer = await ask('/ready', { 'accept-encoding': 'br', 'if-none-match': '"other"' });
    expect([answer.headers['content-encoding'], answer.headers.etag]).toEqual(['br', `W/${ready.etag}`]);
    expect(JSON.parse(brotliDecompressSync(answer.body).toString())).toEqual(large);
  });

  it('is 304 for who holds it, compressed or not', async () => {
    for (const tag of [ready.etag, `W/${ready.etag}`]) {
      const answer = await ask('/ready', { 'if-none-match': tag, 'accept-encoding': 'br' });
      expect([answer.status, answer.headers.etag, answer.headers['catalogue-behind']]).toEqual([304, tag, '3']);
    }
  });

  it('is checked by the schema of the answer, and has no more fields than that', () => {
    const { seats } = large;
    const withMore = { seats: seats.map((seat) => ({ ...seat, secret: 1 })), secret: 1 };
    expect(prerender(api.routes.ready, 200, withMore).etag).toBe(ready.etag);
    expect(() => prerender(api.routes.ready, 200, { seats: [{ row: 'A', number: 9999 }] })).toThrow('too_big');
    // @ts-expect-error a row is text
    expect(() => prerender(api.routes.ready, 200, { seats: [{ row: 1, number: 1 }] })).toThrow('invalid_type');
  });

  it('is no answer of another route', async () => {
    await using other = await serve({
      api,
      handlers: {
        ...handlers,
        versioned: async () => ({ status: 200 as const, body: prerender(api.routes.large, 200, large) }),
      },
    });
    // Two routes with one schema give one kind of answer; a schema of its own is another.
    expect((await other.get('/maps/versioned')).status).toBe(200);
    // What the types do not let through.
    const stray = { ...handlers, hashed: async () => ({ status: 200 as const, body: ready as never }) };
    await using wrong = await serve({ api, handlers: stray });
    expect((await wrong.get('/maps/hashed')).status).toBe(500);
  });
});
