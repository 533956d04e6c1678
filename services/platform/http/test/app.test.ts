import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, content, defineApi, defineErrors, noContent } from '../../contract/index.ts';
import { type Handlers, problem, Unavailable } from '../index.ts';
import { raw } from './raw.ts';
import { serve } from './serve.ts';

const errors = defineErrors({
  seat_taken: { status: 409, title: { en: 'The seat is taken', ko: '이미 선택된 좌석입니다' } },
});

const seat = z.object({ row: z.string().min(1), number: z.coerce.number().int() });

const api = defineApi({
  service: 'seats',
  base: '/api/seats',
  title: 'Seats',
  errors,
  routes: {
    find: {
      method: 'GET',
      path: '/{number}',
      access: access.public(),
      summary: 'A seat',
      params: z.object({ number: z.coerce.number().int() }),
      query: z.object({ grade: z.enum(['vip', 'r']).optional(), tag: z.array(z.string()).optional() }),
      responses: {
        200: z.object({ number: z.int(), grade: z.string().optional(), tag: z.array(z.string()).optional() }),
      },
    },
    best: {
      method: 'GET',
      path: '/best',
      access: access.public(),
      summary: 'The best seat',
      responses: { 200: z.object({ best: z.boolean() }) },
    },
    hold: {
      method: 'POST',
      path: '/holds',
      access: access.public(),
      summary: 'Hold a seat',
      body: z.object({ seats: z.array(seat), note: z.string().optional() }),
      maxBodyBytes: 1000,
      responses: { 201: z.object({ seats: z.array(seat) }) },
      errors: ['seat_taken'],
    },
    release: {
      method: 'DELETE',
      path: '/holds/{id}',
      access: access.public(),
      summary: 'Release a hold',
      responses: { 204: noContent },
      errors: ['seat_taken'],
    },
    remember: {
      method: 'POST',
      path: '/remembered',
      access: access.public(),
      summary: 'Remember',
      cookies: z.object({ last: z.string().optional() }),
      responses: { 200: z.object({ last: z.string().optional() }) },
    },
    poster: {
      method: 'GET',
      path: '/posters/{name*}',
      access: access.public(),
      summary: 'A poster',
      responses: { 200: content('text/plain', z.string()) },
    },
    fail: {
      method: 'POST',
      path: '/fail',
      access: access.public(),
      summary: 'Fails',
      body: z.strictObject({ how: z.enum(['bug', 'away', 'late', 'slow']) }),
      responses: { 204: noContent },
    },
  },
});

const handlers: Handlers<typeof api> = {
  find: async ({ params, query }) => ({ status: 200, body: { ...params, ...query } }),
  best: async () => ({ status: 200, body: { best: true } }),
  hold: async ({ body }) => ({ status: 201, body, headers: { Location: '/api/seats/holds/1' } }),
  release: async ({ params: { id } }) => {
    if (id === 'taken')
      throw problem(errors, 'seat_taken', {
        detail: { en: 'It is A1', ko: 'A1입니다' },
        extensions: { seats: ['A1'], status: 1 },
      });
    return { status: 204 };
  },
  remember: async ({ cookies }) => ({
    status: 200,
    body: cookies,
    cookies: [{ name: 'last', value: 'A 1', maxAge: 60 }],
  }),
  poster: async ({ params: { name } }) => ({ status: 200, body: name }),
  fail: async ({ body: { how }, log }) => {
    log.info('about to fail');
    if (how === 'away') throw new Unavailable('no database', { retryAfterSeconds: 3 });
    if (how === 'late') throw Object.assign(new Error('limit'), { name: 'RateLimited', retryAfterSeconds: 7.2 });
    throw new Error('the secret of row 7', { cause: new Error('deep') });
  },
};

const start = () => serve({ api, handlers });
let server: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('finding the route', () => {
  it('prefers a literal segment to a parameter, whatever their order in the declaration', async () => {
    expect(await (await server.get('/api/seats/best')).json()).toEqual({ best: true });
  });

  it.each(['/api/seats/best/', '/api/Seats/best', '/api/seats', '//api/seats/best', '/api/seats/./best', '/nothing'])(
    'answers 404 to %s',
    async (path) => {
      const answer = await raw(server.port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 404 .*application\/problem\+json.*"code":"not_found"/s);
    },
  );

  it('answers 405 with the methods that the path has', async () => {
    const answer = await server.get('/api/seats/holds', { method: 'PUT' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    expect((await server.get('/api/seats/1', { method: 'OPTIONS' })).headers.get('allow')).toBe('GET, HEAD');
  });

  it('answers HEAD as GET without the body', async () => {
    const answer = await server.get('/api/seats/best', { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([200, '13', '']);
  });

  it('gives the rest of the path to a parameter with a star', async () => {
    expect(await (await server.get('/api/seats/posters/a/b%20c')).text()).toBe('a/b c');
  });

  it.each([
    '/api/seats/posters/a/..%2Fb',
    '/api/seats/posters/../x',
    '/api/seats/holds/a%2Fb',
    '/api/seats/holds/..',
    '/api/seats/holds/a%5Cb',
  ])('finds nothing where a segment hides a slash or is a dot segment: %s', async (path) => {
    const method = path.includes('holds') ? 'DELETE' : 'GET';
    const answer = await raw(server.port, `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
  });

  it('answers 400 to a path that is not percent-encoded UTF-8', async () => {
    const answer = await server.get('/api/seats/%E0%A4%A');
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid_request' }]);
  });
});

const post = (body: string, headers: Record<string, string>) =>
  server.get('/api/seats/holds', { method: 'POST', body, headers });

describe('reading the request', () => {
  it('gives the handler what the schemas made of path and query', async () => {
    const answer = await server.get('/api/seats/7?grade=vip&tag=a&tag=b&unknown=1');
    expect(await answer.json()).toEqual({ number: 7, grade: 'vip', tag: ['a', 'b'] });
  });

  it('names every field that is wrong, where it is, without repeating its value', async () => {
    const answer = await server.get('/api/seats/x?grade=secret');
    const body = await answer.text();
    expect(answer.status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      code: 'invalid_request',
      errors: [
        { in: 'path', path: 'number' },
        { in: 'query', path: 'grade' },
      ],
    });
    expect(body).not.toContain('secret');
  });

  it('names a field inside a list by its position', async () => {
    const answer = await server.post('/api/seats/holds', {
      seats: [
        { row: 'A', number: 1 },
        { row: '', number: 1 },
      ],
    });
    expect(await answer.json()).toMatchObject({ errors: [{ in: 'body', path: 'seats.1.row' }] });
  });

  it('drops keys that the schema does not know', async () => {
    const answer = await server.post('/api/seats/holds', {
      seats: [{ row: 'A', number: '1', x: 1 }],
      admin: true,
    });
    expect([answer.status, await answer.json()]).toEqual([201, { seats: [{ row: 'A', number: 1 }] }]);
    expect(answer.headers.get('location')).toBe('/api/seats/holds/1');
  });

  it('refuses them where the schema is strict', async () => {
    expect((await server.post('/api/seats/fail', { how: 'bug', x: 1 })).status).toBe(400);
  });

  it.each([
    ['malformed JSON', '{"seats":'],
    ['a key that would change a prototype', '{"seats":[],"__proto__":{"admin":true}}'],
    ['the same, hidden by an escape', '{"seats":[],"\\u005f_proto__":{"admin":true}}'],
    ['the same, through the constructor', '{"seats":[],"constructor":{"prototype":{"admin":true}}}'],
    ['an empty body', ''],
    ['a bare value', '1'],
  ])('answers 400 to %s', async (_, body) => {
    const answer = await post(body, { 'content-type': 'application/json' });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { code: 'invalid_request', errors: [{ in: 'body' }] },
    ]);
  });

  it.each([
    ['text/plain', {}],
    ['application/json; charset=latin1', {}],
    ['application/jsonx', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ])('answers 415 to a body of %s %j', async (type, more) => {
    const answer = await post('{"seats":[]}', { 'content-type': type, ...more });
    expect([answer.status, await answer.json()]).toMatchObject([415, { code: 'unsupported_media_type' }]);
  });

  it.each(['application/json;charset=UTF-8', 'Application/JSON; charset="utf-8"'])('takes %s', async (type) => {
    expect((await post('{"seats":[]}', { 'content-type': type })).status).toBe(201);
  });

  it('answers 415 to a body where none is declared', async () => {
    expect((await server.post('/api/seats/remembered', {})).status).toBe(415);
  });

  it('answers 413 to a body over the limit of its route, declared or not, and goes on', async () => {
    const long = JSON.stringify({ seats: [], note: 'x'.repeat(1000) });
    const answer = await post(long, { 'content-type': 'application/json' });
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: 'payload_too_large', maxBytes: 1000 }]);
    const chunked = await server.get('/api/seats/holds', {
      method: 'POST',
      body: new Blob([long]).stream(),
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
    expect((await post('{"seats":[]}', { 'content-type': 'application/json' })).status).toBe(201);
  });

  it('reads cookies, and sets them for itself alone', async () => {
    const answer = await server.get('/api/seats/remembered', {
      method: 'POST',
      headers: { cookie: 'a=b; last=A%202' },
    });
    expect(await answer.json()).toEqual({ last: 'A 2' });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^last=A%201; Max-Age=60; Path=\/api\/seats; Expires=.* GMT; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
  });
});

describe('answering with a problem', () => {
  it('sends the service’s own problem, whose extensions cannot replace what the RFC defines', async () => {
    const answer = await server.get('/api/seats/holds/taken', { method: 'DELETE', headers: { 'x-request-id': 'r-1' } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect([answer.status, await answer.json()]).toEqual([
      409,
      {
        type: '/problems/seat_taken',
        title: 'The seat is taken',
        status: 409,
        code: 'seat_taken',
        detail: 'It is A1',
        instance: 'urn:ticketaka:request:r-1',
        seats: ['A1'],
      },
    ]);
  });

  it('speaks Korean to those who ask for it', async () => {
    const headers = { 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.8' };
    const answer = await server.get('/api/seats/holds/taken', { method: 'DELETE', headers });
    expect(await answer.json()).toMatchObject({ title: '이미 선택된 좌석입니다', detail: 'A1입니다' });
    const invalid: unknown = await (await server.get('/api/seats/x', { headers })).json();
    expect(invalid).toMatchObject({ errors: [{ message: expect.stringMatching(/[가-힣]/) }] });
  });

  it('says nothing about a bug, and logs it with its cause', async () => {
    const answer = await server.post('/api/seats/fail', { how: 'bug' }, { 'x-request-id': 'bug-1' });
    const body = await answer.text();
    expect([answer.status, JSON.parse(body)]).toMatchObject([500, { code: 'internal_error' }]);
    expect(body).not.toMatch(/secret|deep|stack/);
    const line = server.lines.find(({ msg, requestId }) => msg === 'request failed' && requestId === 'bug-1');
    expect(line).toMatchObject({ level: 'error', err: { message: expect.stringMatching(/secret of row 7.*deep/) } });
  });

  it('says when to come back while something is away', async () => {
    const answer = await server.post('/api/seats/fail', { how: 'away' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3']);
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
  });

  it('says when to come back to those who come too often', async () => {
    const answer = await server.post('/api/seats/fail', { how: 'late' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '8']);
  });
});

describe('what is seen of a request', () => {
  it('is one log line with the template of its path, and nothing that it carried', async () => {
    const before = server.lines.length;
    await server.get('/api/seats/4711?grade=vip', { headers: { 'x-request-id': 'seen-1' } });
    const lines = server.lines.slice(before);
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'request',
        method: 'GET',
        route: '/api/seats/{number}',
        status: 200,
        requestId: 'seen-1',
        ms: expect.any(Number),
      }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/4711|vip|127\.0\.0\.1/);
  });

  it('carries the request’s id in the lines of its handler', async () => {
    await server.post('/api/seats/fail', { how: 'away' }, { 'x-request-id': 'seen-2' });
    const messages = server.lines.filter(({ requestId }) => requestId === 'seen-2').map(({ msg }) => msg);
    expect(messages).toEqual(['about to fail', 'unavailable', 'request']);
  });

  it('continues the trace of its caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await server.get('/api/seats/best', { headers: { traceparent, 'x-request-id': 'seen-3' } });
    expect(server.lines.find(({ requestId }) => requestId === 'seen-3')).toMatchObject({
      traceId: traceparent.slice(3, 35),
    });
  });

  it('replaces a request id that could forge a line of a log', async () => {
    const answer = await server.get('/api/seats/best', { headers: { 'x-request-id': 'a b"c' } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is one observation, with few labels whatever clients send', async () => {
    await server.get('/some/path/4711', { method: 'DELETE' });
    await raw(server.port, 'PROPFIND /some/path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const text = await server.metrics.registry.metrics();
    expect(text).toMatch(/duration_seconds_count\{[^}]*route="unmatched",method="DELETE",status="404"/);
    expect(text).toMatch(/route="unmatched",method="other",status="404"/);
    expect(text).not.toContain('4711');
  });
});
