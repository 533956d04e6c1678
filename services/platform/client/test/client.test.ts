import { once } from 'node:events';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createPolicy } from '../../breaker/index.ts';
import { access, bytes, content, defineApi, defineErrors, noContent } from '../../contract/index.ts';
import { type Handlers, listen, problem } from '../../http/index.ts';
import { serve } from '../../http/test/serve.ts';
import { createLogger } from '../../log/index.ts';
import { createClient, ProblemError, Unreachable } from '../index.ts';

const errors = defineErrors({ gone: { status: 410, title: { en: 'Gone', ko: '사라짐' } } });
const api = defineApi({
  service: 'echo',
  base: '/api/echo',
  title: 'Echo',
  errors,
  routes: {
    echo: {
      method: 'POST',
      path: '/{id}/parts/{rest*}',
      access: access.public(),
      summary: 'Echo',
      query: z.object({ at: z.string().optional(), tag: z.union([z.string(), z.array(z.string())]).optional() }),
      body: z.object({ text: z.string() }),
      responses: {
        200: z.object({
          id: z.string(),
          rest: z.string(),
          query: z.record(z.string(), z.unknown()),
          text: z.string(),
          sent: z.record(z.string(), z.unknown()),
        }),
      },
    },
    list: { method: 'GET', path: '', access: access.public(), summary: 'List', responses: { 200: z.array(z.int()) } },
    remove: {
      method: 'DELETE',
      path: '/{id}',
      access: access.public(),
      summary: 'Remove',
      responses: { 204: noContent },
      errors: ['gone'],
    },
    text: {
      method: 'GET',
      path: '/text',
      access: access.public(),
      summary: 'Text',
      responses: { 200: content('text/plain', z.string()) },
    },
    image: {
      method: 'GET',
      path: '/image',
      access: access.public(),
      summary: 'Image',
      responses: { 200: content('image/png', bytes) },
    },
    slow: { method: 'GET', path: '/slow', access: access.public(), summary: 'Never', responses: { 204: noContent } },
  },
});

const handlers: Handlers<typeof api> = {
  echo: async ({ params, query, body, headers: { authorization, traceparent, 'x-more': more } }) => ({
    status: 200,
    body: { ...params, query, ...body, sent: { authorization, traceparent, more } },
  }),
  list: async () => ({ status: 200, body: [1, 2] }),
  remove: async () => {
    throw problem(errors, 'gone', { detail: 'since May', extensions: { since: 5 }, retryAfterSeconds: 9 });
  },
  text: async () => ({ status: 200, body: '안녕' }),
  image: async () => ({ status: 200, body: new Uint8Array([0, 255]) }),
  slow: ({ signal }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ status: 204 }));
    }),
};

const start = () => serve({ api, handlers });
let server: Awaited<ReturnType<typeof start>>;
let client: ReturnType<typeof createClient<typeof api>>;
beforeAll(async () => {
  server = await start();
  client = createClient(api, { origin: server.url });
});
afterAll(() => server[Symbol.asyncDispose]());

/** A server that answers what no contract of ours says. */
async function stranger(answer: RequestListener) {
  const listening = await listen(createPlainServer(answer), 0, '127.0.0.1');
  return {
    client: createClient(api, { origin: listening.url, timeoutMs: 5000 }),
    stop: () => listening.close({ deadlineMs: 0 }),
  };
}

const failure = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a call', () => {
  it('carries path, query, body and headers so that they arrive as they were', async () => {
    const { status, body } = await client.echo({
      params: { id: 'a b&?#%', rest: 'x y/z' },
      query: { at: '2026-01-01 +09:00', tag: ['a&b', 'c'] },
      body: { text: '한 "글"' },
      token: 'abc.def',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      headers: { 'x-more': 'more' },
    });
    expect([status, body]).toEqual([
      200,
      {
        id: 'a b&?#%',
        rest: 'x y/z',
        query: { at: '2026-01-01 +09:00', tag: ['a&b', 'c'] },
        text: '한 "글"',
        sent: {
          authorization: 'Bearer abc.def',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          more: 'more',
        },
      },
    ]);
  });

  it('adds what its client always sends, asked for at each call', async () => {
    let calls = 0;
    const always = createClient(api, { origin: server.url, headers: () => ({ 'x-more': String(++calls) }) });
    const call = { params: { id: '1', rest: '2' }, body: { text: '' } };
    await always.echo(call);
    expect((await always.echo(call)).body.sent).toEqual({ more: '2' });
  });

  it.each(['', '.', '..'])('does not leave its path by a parameter %j', async (id) => {
    await expect(client.remove({ params: { id } })).rejects.toThrow(TypeError);
    await expect(client.echo({ params: { id: '1', rest: `a/${id}/b` }, body: { text: '' } })).rejects.toThrow(
      TypeError,
    );
  });

  it('needs no arguments where the route needs none', async () => {
    expect((await client.list()).body).toEqual([1, 2]);
  });

  it('gives text as text and bytes as bytes', async () => {
    expect((await client.text()).body).toBe('안녕');
    expect((await client.image()).body).toEqual(new Uint8Array([0, 255]));
  });
});

describe('a call that is answered with a problem', () => {
  it('throws what the problem says', async () => {
    const error = await failure(client.remove({ params: { id: '1' } }));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      status: 410,
      code: 'gone',
      title: 'Gone',
      detail: 'since May',
      extensions: { since: 5 },
      retryAfterSeconds: 9,
      unavailable: false,
    });
  });

  it('knows the status of an answer that is no problem document', async () => {
    const proxy = await stranger((_request, response) =>
      response.writeHead(503, { 'retry-after': '1' }).end('upstream connect error'),
    );
    expect(await failure(proxy.client.list())).toMatchObject({
      name: 'ProblemError',
      status: 503,
      code: 'unknown',
      unavailable: true,
      retryAfterSeconds: 1,
    });
    await proxy.stop();
  });
});

describe('a call without an answer', () => {
  it('is unreachable when nobody listens', async () => {
    const nobody = await stranger(() => undefined);
    await nobody.stop();
    expect(await failure(nobody.client.list())).toMatchObject({
      name: 'Unreachable',
      reason: 'network',
      unavailable: true,
    });
  });

  it('is unreachable when the connection breaks within the answer', async () => {
    const broken = await stranger((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('[1', () => response.destroy());
    });
    expect(await failure(broken.client.list())).toMatchObject({ reason: 'network' });
    await broken.stop();
  });

  it('ends with its timeout', async () => {
    expect(await failure(client.slow({ timeoutMs: 1 }))).toMatchObject({ name: 'Unreachable', reason: 'timeout' });
  });

  it('ends when its caller gives up', async () => {
    expect(await failure(client.slow({ signal: AbortSignal.abort() }))).toMatchObject({ reason: 'aborted' });
  });

  it.each([
    ['a body that breaks the schema', 200, '["x"]'],
    ['a body that is not JSON', 200, '<html>'],
    ['a status that is not declared', 201, '[]'],
  ])('is what %s amounts to', async (_, status, body) => {
    const other = await stranger((_request, response) => response.writeHead(status).end(body));
    expect(await failure(other.client.list())).toMatchObject({ name: 'Unreachable', reason: 'answer' });
    await other.stop();
  });

  it('is what a redirect amounts to that the route does not declare', async () => {
    const other = await stranger((_request, response) => response.writeHead(302, { location: server.url }).end());
    expect(await failure(other.client.list())).toBeInstanceOf(Unreachable);
    await other.stop();
  });
});

const policyOf = (failures: number) =>
  createPolicy({
    name: 'echo',
    log: createLogger({ service: 't', workload: 't', level: 'silent' }),
    timeoutMs: 5000,
    failures,
  });

describe('a client behind a policy', () => {
  it('calls through it', async () => {
    const guarded = createClient(api, { origin: server.url, policy: policyOf(2) });
    expect((await guarded.list()).body).toEqual([1, 2]);
  });

  it('is not stopped by answers that say no', async () => {
    const guarded = createClient(api, { origin: server.url, policy: policyOf(1) });
    for (let call = 0; call < 3; call += 1) {
      expect(await failure(guarded.remove({ params: { id: '1' } }))).toMatchObject({ code: 'gone' });
    }
  });

  it('is refused while the breaker is open, without a call', async () => {
    let calls = 0;
    const plain = createPlainServer((_request, response) => {
      calls += 1;
      response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const address = plain.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const guarded = createClient(api, { origin: `http://127.0.0.1:${port}`, policy: policyOf(1) });
    expect(await failure(guarded.list())).toMatchObject({ status: 500 });
    expect(await failure(guarded.list())).toMatchObject({ name: 'Unreachable', reason: 'refused' });
    expect(calls).toBe(1);
    plain.closeAllConnections();
    plain.close();
  });
});

describe('a problem of another service', () => {
  it('is not passed on: its caller gets a 500, or a 503 when the other is away', async () => {
    const front = defineApi({
      service: 'front',
      base: '/front',
      title: 'Front',
      routes: {
        gone: { method: 'GET', path: '/gone', access: access.public(), summary: 'Gone', responses: { 204: noContent } },
        away: { method: 'GET', path: '/away', access: access.public(), summary: 'Away', responses: { 204: noContent } },
      },
    });
    const away = createClient(api, { origin: server.url, timeoutMs: 1 });
    await using other = await serve({
      api: front,
      handlers: {
        gone: async () => client.remove({ params: { id: '1' } }).then(() => ({ status: 204 }) as const),
        away: async () => away.slow().then(() => ({ status: 204 }) as const),
      },
    });
    const gone = await other.get('/front/gone');
    expect([gone.status, await gone.json()]).toMatchObject([500, { code: 'internal_error' }]);
    expect((await other.get('/front/away')).status).toBe(503);
  });
});

describe('the types of a client', () => {
  it('are those of the contract', () => {
    const refused = (calls: typeof client) => [
      // @ts-expect-error a parameter is missing
      () => calls.remove({ params: {} }),
      // @ts-expect-error the body has another shape
      () => calls.echo({ params: { id: '1', rest: '2' }, body: { text: 1 } }),
      // @ts-expect-error there is no such route
      () => calls.nothing(),
    ];
    expect(refused(client)).toHaveLength(3);
  });
});
