import { once } from 'node:events';
import { connect } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createClient } from '../../client/index.ts';
import { access, bytes, content, defineApi } from '../../contract/index.ts';
import { openApiDocument } from '../../openapi/index.ts';
import { problemsOf } from '../../openapi/test/rules.ts';
import { waitFor } from '../../testing/wait-for.ts';
import type { Handlers, IdempotencyStore, StoredResponse } from '../index.ts';
import { serve } from './serve.ts';

const received = z.object({ type: z.string(), size: z.int(), first: z.int().optional() });
const api = defineApi({
  service: 'uploads',
  base: '/uploads',
  title: 'Uploads',
  routes: {
    seats: {
      method: 'POST',
      path: '/seats',
      access: access.public(),
      summary: 'A table of seats',
      body: content('text/csv', z.string().min(1)),
      maxBodyBytes: 2000,
      responses: { 200: z.object({ text: z.string() }) },
    },
    poster: {
      method: 'POST',
      path: '/poster',
      access: access.public(),
      summary: 'A poster',
      body: content('image/*', bytes),
      maxBodyBytes: 2000,
      responses: { 200: received },
    },
    patch: {
      method: 'PATCH',
      path: '/patch',
      access: access.public(),
      summary: 'A patch',
      body: content('application/merge-patch+json', z.object({ title: z.string() })),
      responses: { 200: z.object({ title: z.string() }) },
    },
    once: {
      method: 'POST',
      path: '/once',
      access: access.public(),
      summary: 'A poster, once',
      idempotent: true,
      body: content('image/*', bytes),
      responses: { 200: received },
    },
  },
});

const about = (body: Uint8Array, type = '') => ({
  status: 200 as const,
  body: { type, size: body.length, first: body[0] },
});
const handlers: Handlers<typeof api> = {
  seats: async ({ body }) => ({ status: 200, body: { text: body } }),
  poster: async ({ body, headers }) => about(body, headers['content-type']),
  patch: async ({ body }) => ({ status: 200, body }),
  once: async ({ body, headers }) => about(body, headers['content-type']),
};

const answers = new Map<string, { readonly hash: string; response?: StoredResponse }>();
const idempotency: IdempotencyStore = {
  async begin({ key, requestHash }) {
    const known = answers.get(key);
    if (known?.response) {
      return known.hash === requestHash ? { state: 'done', response: known.response } : { state: 'mismatch' };
    }
    answers.set(key, { hash: requestHash });
    return { state: 'started', token: key };
  },
  async finish(token, response) {
    answers.set(token, { hash: answers.get(token)?.hash ?? '', response });
  },
  async abandon(token) {
    answers.delete(token);
  },
};

const start = () => serve({ api, handlers, idempotency });
let server: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server[Symbol.asyncDispose]());

const send = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>) =>
  server.get(path, { method: 'POST', headers: { 'content-type': type }, body });
const patch = (type: string) =>
  server.get('/uploads/patch', { method: 'PATCH', headers: { 'content-type': type }, body: '{"title":"A"}' });
const postOnce = (body: Uint8Array<ArrayBuffer>) =>
  server.get('/uploads/once', {
    method: 'POST',
    headers: { 'content-type': 'image/png', 'idempotency-key': 'k1' },
    body,
  });
const png = new Uint8Array([0x89, 0x50, 0, 0xff]);

describe('a body of text', () => {
  it.each(['text/csv', 'text/csv; charset=utf-8', 'Text/CSV;charset="UTF-8"'])('is a string when %s', async (type) => {
    expect(await (await send('/uploads/seats', type, '구역,열\nA,1')).json()).toEqual({ text: '구역,열\nA,1' });
  });

  it('loses the mark of the byte order', async () => {
    expect(await (await send('/uploads/seats', 'text/csv', '\uFEFFA,1')).json()).toEqual({ text: 'A,1' });
  });

  it.each(['text/plain', 'text/csv; charset=euc-kr', 'text/*', 'application/json', 'text/csv; header=present'])(
    'is refused as %s, with what would be taken',
    async (type) => {
      const answer = await send('/uploads/seats', type, 'A,1');
      expect([answer.status, answer.headers.get('accept')]).toEqual([415, 'text/csv']);
    },
  );

  it('is refused when it is not UTF-8, empty or missing', async () => {
    expect((await send('/uploads/seats', 'text/csv', png)).status).toBe(400);
    expect((await send('/uploads/seats', 'text/csv', '')).status).toBe(400);
  });

  it('is limited in bytes, not characters', async () => {
    expect((await send('/uploads/seats', 'text/csv', '열'.repeat(666))).status).toBe(200);
    expect((await send('/uploads/seats', 'text/csv', '열'.repeat(667))).status).toBe(413);
  });
});

function* endless(part: Buffer) {
  for (;;) yield part;
}

/** Of a request whose body is sent by hand. */
const head = (framing: string) =>
  `POST /uploads/poster HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n${framing}\r\n\r\n`;

describe('a body that is too large', () => {
  const last = 'GET /uploads/docs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

  it('is refused before it is there, and read to its end all the same', async () => {
    const socket = connect(server.port, '127.0.0.1');
    let heard = '';
    socket.setEncoding('utf8').on('data', (part: string) => (heard += part));
    socket.write(head('Content-Length: 3000000'));
    await waitFor(() => heard.includes('payload_too_large'));
    const closed = once(socket, 'close');
    socket.write(Buffer.alloc(3_000_000));
    socket.write(last);
    await closed;
    expect(heard.match(/(?<=HTTP\/1.1 )\d+/g)).toEqual(['413', '200']);
  });

  it.each(['Content-Length: 999999999999', 'Transfer-Encoding: chunked'])(
    'is not read for ever: %s',
    async (framing) => {
      const socket = connect(server.port, '127.0.0.1');
      let heard = '';
      socket.setEncoding('utf8').on('data', (part: string) => (heard += part));
      socket.write(head(framing));
      const part = Buffer.alloc(1_048_576);
      const chunk = Buffer.concat([Buffer.from('100000\r\n'), part, Buffer.from('\r\n')]);
      const sent = pipeline(endless(framing.startsWith('Transfer') ? chunk : part), socket);
      // The other side ends it.
      await expect(sent).rejects.toThrow();
      expect(heard).toContain('HTTP/1.1 413');
    },
  );
});

describe('a body of bytes', () => {
  it.each(['image/png', 'IMAGE/webp', 'image/svg+xml; charset=euc-kr'])('is given as it came, as %s', async (type) => {
    const answer = await send('/uploads/poster', type, png);
    expect(await answer.json()).toEqual({ type, size: 4, first: 0x89 });
  });

  it.each(['application/octet-stream', 'imagex/png', 'image', 'image/', 'text/html'])(
    'is refused as %s',
    async (type) => {
      expect((await send('/uploads/poster', type, png)).status).toBe(415);
    },
  );

  it('is the same request under its key only with the same bytes', async () => {
    expect((await postOnce(png)).status).toBe(200);
    expect((await postOnce(png)).headers.get('idempotency-replayed')).toBe('true');
    // As text both of these would be the replacement character.
    expect((await postOnce(new Uint8Array([0x89, 0x50, 0, 0xfe]))).status).toBe(422);
  });
});

it('reads JSON of a media type of its own', async () => {
  expect(await (await patch('application/merge-patch+json')).json()).toEqual({ title: 'A' });
  expect((await patch('application/json')).status).toBe(415);
});

it('is sent by the typed client, which asks for the type that the route leaves open', async () => {
  const client = createClient(api, { origin: server.url });
  expect((await client.seats({ body: 'A,1' })).body).toEqual({ text: 'A,1' });
  expect((await client.patch({ body: { title: 'B' } })).body).toEqual({ title: 'B' });
  const sent = await client.poster({ body: png, headers: { 'content-type': 'image/webp' } });
  expect(sent.body).toEqual({ type: 'image/webp', size: 4, first: 0x89 });
  // @ts-expect-error the header is part of the arguments
  await expect(client.poster({ body: png })).rejects.toThrow('content-type');
});

it('is described in the OpenAPI document', async () => {
  const document = openApiDocument(api);
  expect(document.paths['/uploads/seats']?.['post']?.['requestBody']).toEqual({
    required: true,
    content: { 'text/csv': { schema: { type: 'string', minLength: 1 } } },
  });
  expect(document.paths['/uploads/poster']?.['post']?.['requestBody']).toEqual({
    required: true,
    content: { 'image/*': { schema: { type: 'string', format: 'binary' } } },
  });
  expect(await problemsOf(document)).toEqual([]);
});
