import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createLogger } from '../log/index.ts';
import { prune } from '../mariadb/index.ts';
import { type OpenTestDatabase, openTestDatabase } from '../testing/index.ts';
import { createIdempotency, createIdempotencyTable, type Idempotency } from './index.ts';

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });
let db: OpenTestDatabase;
let store: Idempotency;

beforeAll(async () => {
  db = await openTestDatabase('idempotency', { poolSize: 20 });
  await createIdempotencyTable(db.kysely);
  await createIdempotencyTable(db.kysely);
  store = createIdempotency({ db, log });
});

beforeEach(() => sql`DELETE FROM idempotency_keys`.execute(db.kysely));

afterAll(() => db[Symbol.asyncDispose]());

const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
const request = (key = 'key', body = 'body', scope = 'test.createThing member') => ({
  scope,
  key: hash(key),
  requestHash: hash(body),
});
const response = { status: 201, headers: { location: '/things/1' }, body: '{"name":"별"}' };

async function begun(of = request(), by = store) {
  const start = await by.begin(of);
  if (start.state !== 'started') throw new Error(`it is ${start.state}`);
  return start.token;
}

/** Moves the times of every key back, as if so much time had passed. */
const pass = (seconds: number) =>
  sql`
    UPDATE idempotency_keys SET lease_until = lease_until - INTERVAL ${seconds} SECOND,
      expires_at = expires_at - INTERVAL ${seconds} SECOND`.execute(db.kysely);

describe('a key', () => {
  it('starts once, is running until it is finished, and then gives the answer as it was', async () => {
    const token = await begun();
    expect(await store.begin(request())).toEqual({ state: 'running', retryAfterSeconds: 1 });
    await store.finish(token, response);
    expect(await store.begin(request())).toEqual({ state: 'done', response });
  });

  it('starts one of many requests at once', async () => {
    const starts = await Promise.all(Array.from({ length: 40 }, () => store.begin(request())));
    expect(starts.filter(({ state }) => state === 'started')).toHaveLength(1);
    expect(starts.filter(({ state }) => state === 'running')).toHaveLength(39);
  });

  it('is refused for another request, before and after the first is finished', async () => {
    const token = await begun();
    expect(await store.begin(request('key', 'other'))).toEqual({ state: 'mismatch' });
    await store.finish(token, response);
    expect(await store.begin(request('key', 'other'))).toEqual({ state: 'mismatch' });
  });

  it('of one scope says nothing about another', async () => {
    await begun();
    await begun(request('key', 'other', 'test.createThing somebody else'));
    await begun(request('other key'));
  });

  it('can be used again when it was given back', async () => {
    await store.abandon(await begun());
    await begun(request('key', 'corrected'));
  });

  it('is forgotten after 24 hours, pruned or not', async () => {
    await store.finish(await begun(), response);
    await pass(24 * 3_600 - 60);
    expect(await store.begin(request())).toMatchObject({ state: 'done' });
    await pass(61);
    await begun(request('key', 'other'));
    expect(await store.begin(request('key', 'other'))).toMatchObject({ state: 'running' });
  });
});

describe('when the process that works on a key dies', () => {
  it('lets one request take the key after the lease', async () => {
    await begun();
    await pass(59);
    expect(await store.begin(request())).toMatchObject({ state: 'running' });
    await pass(2);
    const starts = await Promise.all(Array.from({ length: 20 }, () => store.begin(request())));
    expect(starts.filter(({ state }) => state === 'started')).toHaveLength(1);
  });

  it('still refuses another request', async () => {
    await begun();
    await pass(61);
    expect(await store.begin(request('key', 'other'))).toEqual({ state: 'mismatch' });
  });

  it('keeps the answer of the one that took over, should the first come back', async () => {
    const late = await begun();
    await pass(61);
    const token = await begun();
    await expect(store.finish(late, { ...response, body: 'late' })).rejects.toThrow('longer than its lease');
    await store.abandon(late);
    await store.finish(token, response);
    expect(await store.begin(request())).toEqual({ state: 'done', response });
  });
});

it('prunes answers past their time', async () => {
  await store.finish(await begun(), response);
  await pass(25 * 3_600);
  await begun(request('fresh'));
  expect(await prune({ db, log, table: 'idempotency_keys', column: 'expires_at', olderThanSeconds: 0 })).toBe(1);
});
