import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { access, defineApi, defineErrors } from '../../contract/index.ts';
import { type Handlers, type IdempotencyStart, type IdempotencyStore, problem, type StoredResponse } from '../index.ts';
import { serve } from './serve.ts';

/** What the store of MariaDB does, for one process. */
class MemoryStore implements IdempotencyStore {
  readonly entries = new Map<string, { requestHash: string; response?: StoredResponse }>();
  broken = false;

  async begin(request: { scope: string; key: string; requestHash: string }): Promise<IdempotencyStart> {
    const token = `${request.scope} ${request.key}`;
    const entry = this.entries.get(token);
    if (!entry) {
      this.entries.set(token, { requestHash: request.requestHash });
      return { state: 'started', token };
    }
    if (entry.requestHash !== request.requestHash) return { state: 'mismatch' };
    return entry.response ? { state: 'done', response: entry.response } : { state: 'running', retryAfterSeconds: 2 };
  }

  async finish(token: string, response: StoredResponse) {
    const entry = this.entries.get(token);
    if (this.broken || !entry) throw new Error('the store is away');
    entry.response = response;
  }

  async abandon(token: string) {
    this.entries.delete(token);
  }
}

const errors = defineErrors({ sold_out: { status: 409, title: { en: 'Sold out', ko: '매진' } } });
const api = defineApi({
  service: 'orders',
  base: '/orders',
  title: 'Orders',
  errors,
  routes: {
    order: {
      method: 'POST',
      path: '/{kind}',
      access: access.public(),
      summary: 'Order',
      idempotent: true,
      body: z.object({ what: z.string(), password: z.string().optional() }),
      responses: { 201: z.object({ number: z.int() }) },
      errors: ['sold_out'],
    },
    hold: {
      method: 'POST',
      path: '/holds/{what}',
      access: access.public(),
      summary: 'Hold',
      idempotent: 'handler',
      body: z.object({ count: z.int() }),
      responses: { 201: z.object({ key: z.string(), requestHash: z.string() }) },
    },
  },
});

let made = 0;
const entered = Promise.withResolvers<void>();
const released = Promise.withResolvers<void>();
const handlers: Handlers<typeof api> = {
  order: async ({ body: { what } }) => {
    made += 1;
    if (what === 'none') throw problem(errors, 'sold_out');
    if (what === 'crash') throw new Error('crash');
    if (what === 'limit') throw problem(errors, 'sold_out', { retryAfterSeconds: 5 });
    if (what === 'slow') {
      entered.resolve();
      await released.promise;
    }
    return { status: 201, body: { number: made }, headers: { Location: `/orders/${made}` } };
  },
  hold: async ({ idempotency }) => ({ status: 201, body: idempotency }),
};

const store = new MemoryStore();
const start = () => serve({ api, handlers, idempotency: store });
let server: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server[Symbol.asyncDispose]());

const order = (key: string | undefined, what: string, more: Readonly<Record<string, string>> = {}) =>
  server.post('/orders/ticket', { what }, { ...(key !== undefined && { 'idempotency-key': key }), ...more });

describe('Idempotency-Key', () => {
  it('must be there', async () => {
    const answer = await order(undefined, 'one');
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'idempotency_key_missing' }]);
  });

  it.each(['a key with spaces', 'x'.repeat(129), 'schlüssel'])('must be sane, unlike %j', async (key) => {
    const answer = await order(key, 'one');
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { code: 'invalid_request', errors: [{ in: 'header' }] },
    ]);
  });

  it('makes the same request again get the first answer, and do nothing', async () => {
    const first = await order('again', 'one');
    const before = made;
    const second = await order('again', 'one');
    expect(made).toBe(before);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect([second.status, second.headers.get('location'), await second.text()]).toEqual([
      201,
      first.headers.get('location'),
      await first.text(),
    ]);
  });

  it('cannot be used for another body', async () => {
    await order('other-body', 'one');
    const answer = await order('other-body', 'two');
    expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'idempotency_key_reused' }]);
  });

  it('cannot be used for another path', async () => {
    await order('other-path', 'one');
    const answer = await server.post('/orders/poster', { what: 'one' }, { 'idempotency-key': 'other-path' });
    expect(answer.status).toBe(422);
  });

  it('belongs to its caller: another one may use the same', async () => {
    await order('mine', 'one', { 'x-forwarded-for': '192.0.2.1' });
    const answer = await order('mine', 'two', { 'x-forwarded-for': '192.0.2.2' });
    expect(answer.status).toBe(201);
  });

  it('asks to wait while the first request is running', async () => {
    const first = order('slow', 'slow');
    await entered.promise;
    const second = await order('slow', 'slow');
    released.resolve();
    expect([second.status, second.headers.get('retry-after')]).toEqual([409, '2']);
    expect(await second.json()).toMatchObject({ code: 'idempotency_in_progress' });
    expect((await first).status).toBe(201);
  });

  it('keeps an answer that says no', async () => {
    await order('no', 'none');
    const answer = await order('no', 'none');
    expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([409, 'true']);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it.each(['crash', 'limit'])('is free again after an answer that asks to come back: %s', async (what) => {
    await order(`back-${what}`, what);
    const before = made;
    const answer = await order(`back-${what}`, what);
    expect([made, answer.headers.get('idempotency-replayed')]).toEqual([before + 1, null]);
  });

  it('is not taken by a request that is not valid', async () => {
    expect((await server.post('/orders/ticket', { what: 1 }, { 'idempotency-key': 'invalid' })).status).toBe(400);
    expect((await order('invalid', 'one')).status).toBe(201);
  });

  it('gives the answer even when it cannot be stored, and logs that', async () => {
    store.broken = true;
    const answer = await order('lost', 'one');
    store.broken = false;
    expect(answer.status).toBe(201);
    expect(server.lines).toContainEqual(
      expect.objectContaining({ msg: 'an answer could not be stored under its key' }),
    );
  });

  it('reaches the store only as a hash, and with it the hash of the body tells nothing', async () => {
    await server.post('/orders/ticket', { what: 'one', password: 'moonlit' }, { 'idempotency-key': 'key-one' });
    await server.post('/orders/ticket', { what: 'one', password: 'moonlit' }, { 'idempotency-key': 'key-two' });
    const all = [...store.entries];
    expect(JSON.stringify(all)).not.toMatch(/key-one|moonlit|127\.0\.0\.1|192\.0\.2/);
    const hashes = all.slice(-2).map(([, { requestHash }]) => requestHash);
    expect(hashes[0]).not.toBe(hashes[1]);
  });
});

describe('Idempotency-Key of a route whose handler keeps the answers', () => {
  const hold = async (key: string | undefined, { what = 'seat', count = 1, from = '192.0.2.1' } = {}) => {
    const headers = { 'x-forwarded-for': from, ...(key !== undefined && { 'idempotency-key': key }) };
    const answer = await server.post(`/orders/holds/${what}`, { count }, headers);
    return {
      status: answer.status,
      ...((await answer.json()) as { key?: string; requestHash?: string; code?: string }),
    };
  };

  it('must be there', async () => {
    expect(await hold(undefined)).toMatchObject({ status: 400, code: 'idempotency_key_missing' });
  });

  it('is given to the handler as a hash, the same for the same request', async () => {
    const first = await hold('one');
    expect(await hold('one')).toEqual(first);
    expect(first.key).toMatch(/^[\w-]{43}$/);
    expect((await hold('two')).key).not.toBe(first.key);
  });

  it('tells other requests apart, and other callers', async () => {
    const first = await hold('one');
    expect(await hold('one', { count: 2 })).toMatchObject({
      key: first.key,
      requestHash: expect.not.stringMatching(first.requestHash ?? ''),
    });
    expect((await hold('one', { what: 'place' })).requestHash).not.toBe(first.requestHash);
    expect((await hold('one', { from: '192.0.2.2' })).key).not.toBe(first.key);
  });
});
