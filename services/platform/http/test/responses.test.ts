import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, bytes, content, defineApi, noContent, platformErrors } from '../../contract/index.ts';
import { type Handlers, problem } from '../index.ts';
import { serve } from './serve.ts';

const hold = z.object({ id: z.string().min(3), seats: z.array(z.object({ row: z.string() })) });
const api = defineApi({
  service: 'answers',
  base: '/answers',
  title: 'Answers',
  routes: {
    json: {
      method: 'POST',
      path: '/json',
      access: access.public(),
      summary: 'Sends back what it gets',
      body: z.unknown(),
      responses: { 200: hold, 204: noContent },
    },
    html: {
      method: 'GET',
      path: '/html',
      access: access.public(),
      summary: 'A page',
      responses: { 200: content('text/html', z.string()) },
    },
    image: {
      method: 'GET',
      path: '/image',
      access: access.public(),
      summary: 'An image',
      responses: { 200: content('image/png', bytes) },
    },
    keys: {
      method: 'GET',
      path: '/keys',
      access: access.public(),
      summary: 'JSON of another media type',
      responses: { 200: content('application/jwk-set+json', z.object({ keys: z.array(z.string()) })) },
    },
    nothing: {
      method: 'GET',
      path: '/nothing',
      access: access.public(),
      summary: 'Nothing',
      responses: { 204: noContent, 304: noContent },
    },
    header: {
      method: 'GET',
      path: '/header',
      access: access.public(),
      summary: 'A header that HTTP forbids',
      responses: { 204: noContent },
    },
    problem: {
      method: 'GET',
      path: '/problem',
      access: access.public(),
      summary: 'A problem that JSON cannot say',
      responses: { 204: noContent },
    },
    bigint: {
      method: 'GET',
      path: '/bigint',
      access: access.public(),
      summary: 'What JSON cannot say',
      responses: { 200: z.object({ n: z.unknown() }) },
    },
  },
});

const handlers: Handlers<typeof api> = {
  // The test decides what the handler answers, right or wrong.
  json: async ({ body }) => body as { status: 204 },
  html: async () => ({ status: 200, body: '<p>안녕</p>', headers: { 'Cache-Control': 'max-age=60' } }),
  image: async () => ({ status: 200, body: new Uint8Array([1, 2, 3]) }),
  keys: async () => ({ status: 200, body: { keys: ['k'] } }),
  nothing: async () => ({ status: 204 }),
  header: async () => ({
    status: 204,
    headers: { location: 'a\r\nset-cookie: b=c' },
    cookies: [{ name: 'd', value: 'e' }],
  }),
  problem: async () => {
    throw problem(platformErrors, 'not_found', { extensions: { n: 1n } });
  },
  bigint: async () => ({ status: 200, body: { n: 1n } }),
};

const start = (checkResponses: 'throw' | 'log') => serve({ api, handlers, checkResponses });
let strict: Awaited<ReturnType<typeof start>>;
let lenient: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  [strict, lenient] = await Promise.all([start('throw'), start('log')]);
});
afterAll(() => Promise.all([strict[Symbol.asyncDispose](), lenient[Symbol.asyncDispose]()]));

const good = { id: 'abc', seats: [{ row: 'A' }] };

describe.each(['throw', 'log'] as const)('in the mode %s', (mode) => {
  const post = (result: unknown) => (mode === 'throw' ? strict : lenient).post('/answers/json', result);

  it('sends what the schema knows, and never another field', async () => {
    const body = { ...good, hash: 'secret', seats: [{ row: 'A', owner: 'minji' }] };
    expect(await (await post({ status: 200, body })).json()).toEqual(good);
  });

  it.each([
    ['a missing field', { status: 200, body: { id: 'abc' } }],
    ['a wrong type', { status: 200, body: { ...good, id: 7 } }],
    ['a wrong type within', { status: 200, body: { id: 'a', seats: [{ row: 1 }] } }],
    ['no body', { status: 200 }],
    ['a status that is not declared', { status: 202, body: good }],
  ])('answers 500 instead of %s, and logs which', async (_, result) => {
    const answer = await post(result);
    expect([answer.status, await answer.json()]).toMatchObject([500, { code: 'internal_error' }]);
    const line = (mode === 'throw' ? strict : lenient).lines.findLast(({ msg }) => msg === 'request failed');
    expect(line).toMatchObject({ err: { type: 'BrokenContract' } });
  });

  it('sends no body where none is declared', async () => {
    const answer = await post({ status: 204, body: { secret: 1 } });
    expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([204, '', null]);
  });
});

describe('a value out of its bounds', () => {
  const result = { status: 200, body: { ...good, id: 'x', hash: 'secret' } };

  it('is a 500 in tests', async () => {
    expect((await strict.post('/answers/json', result)).status).toBe(500);
  });

  it('is logged and sent in production, still without other fields', async () => {
    const answer = await lenient.post('/answers/json', result);
    expect([answer.status, await answer.json()]).toEqual([200, { ...good, id: 'x' }]);
    expect(lenient.lines).toContainEqual(expect.objectContaining({ level: 'error', broken: 'id: too_small' }));
  });
});

describe('other media types', () => {
  it('sends text as it is, in UTF-8, with the handler’s own headers', async () => {
    const answer = await strict.get('/answers/html');
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('max-age=60');
    expect(await answer.text()).toBe('<p>안녕</p>');
  });

  it('sends bytes as they are', async () => {
    const answer = await strict.get('/answers/image');
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('sends JSON of another media type', async () => {
    const answer = await strict.get('/answers/keys');
    expect([answer.headers.get('content-type'), await answer.json()]).toEqual([
      'application/jwk-set+json',
      { keys: ['k'] },
    ]);
  });

  it('lets nobody keep an answer that does not say so', async () => {
    const answer = await strict.get('/answers/keys');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });

  it.each(['bigint', 'header', 'problem'])('answers 500, and no more, to what cannot be sent: %s', async (path) => {
    const answer = await strict.get(`/answers/${path}`);
    expect([answer.status, await answer.json()]).toMatchObject([500, { code: 'internal_error' }]);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});
