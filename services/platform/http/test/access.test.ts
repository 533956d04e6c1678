import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { InvalidToken, type Principal, type TokenVerifier } from '../../auth/index.ts';
import { access, defineApi } from '../../contract/index.ts';
import type { Handlers } from '../index.ts';
import { serve } from './serve.ts';

const who = { 200: z.object({ who: z.string().optional() }) };
const route = { method: 'GET', summary: 'Who is asking', responses: who } as const;
const api = defineApi({
  service: 'doors',
  base: '/doors',
  title: 'Doors',
  routes: {
    open: { ...route, path: '/public', access: access.public() },
    member: { ...route, path: '/member', access: access.member() },
    staff: { ...route, path: '/staff', access: access.role('staff', 'admin') },
    internal: { ...route, path: '/internal', access: access.internal() },
    partner: { ...route, path: '/partner', access: access.partner() },
    upload: { ...route, method: 'POST', path: '/upload', access: access.member(), body: z.object({}) },
  },
});

const principal = (memberId: string, roles: Principal['roles']): Principal => ({
  memberId,
  roles,
  tokenId: 't',
  expiresAt: 2e9,
});
const people = new Map([
  ['minji', principal('minji', [])],
  ['usher', principal('usher', ['staff'])],
  ['organizer', principal('organizer', ['organizer'])],
]);
const verifier: TokenVerifier = {
  async verify(token) {
    if (token === 'broken') throw new Error('the keys cannot be read');
    const found = people.get(token);
    if (!found) throw new InvalidToken('signature of eve');
    return found;
  },
};

const handlers: Handlers<typeof api> = {
  open: async ({ principal: nobody }) => ({ status: 200, body: { who: nobody } }),
  member: async ({ principal: { memberId } }) => ({ status: 200, body: { who: memberId } }),
  staff: async ({ principal: { memberId } }) => ({ status: 200, body: { who: memberId } }),
  internal: async ({ principal: nobody }) => ({ status: 200, body: { who: nobody } }),
  partner: async () => ({ status: 200, body: {} }),
  upload: async ({ principal: { memberId } }) => ({ status: 200, body: { who: memberId } }),
};

const start = () => serve({ api, verifier, handlers });
let server: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  server = await start();
});
afterAll(() => server[Symbol.asyncDispose]());

const as = (path: string, token?: string) =>
  server.get(`/doors/${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

describe('access', () => {
  it.each([
    ['public', undefined, 200],
    ['public', 'eve', 200],
    ['internal', undefined, 200],
    ['member', 'minji', 200],
    ['member', undefined, 401],
    ['member', 'eve', 401],
    ['member', 'minji extra', 401],
    ['member', '', 401],
    ['staff', 'usher', 200],
    ['staff', 'minji', 403],
    ['staff', 'organizer', 403],
    ['staff', undefined, 401],
    ['partner', 'minji', 401],
    ['member', 'broken', 500],
  ])('to a %s route with the token %j answers %i', async (path, token, status) => {
    expect((await as(path, token)).status).toBe(status);
  });

  it('tells the handler who is asking', async () => {
    expect(await (await as('member', 'minji')).json()).toEqual({ who: 'minji' });
  });

  it('leaves the principal of a public route unset, whatever token came along', async () => {
    expect(await (await as('public', 'minji')).json()).toEqual({});
  });

  it('challenges for a bearer token, and says which were bad but not why', async () => {
    expect((await as('member')).headers.get('www-authenticate')).toBe('Bearer');
    const bad = await as('member', 'eve');
    expect(bad.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await bad.text()).not.toContain('signature');
  });

  it('is decided before the body is read', async () => {
    const answer = await server.get('/doors/upload', { method: 'POST', body: 'not json at all' });
    expect(answer.status).toBe(401);
  });

  it('cannot be checked without a verifier, which is an error at start', async () => {
    const one = defineApi({
      service: 'one',
      base: '/one',
      title: 'One',
      routes: { member: { ...route, path: '', access: access.member() } },
    });
    const member = { member: async () => ({ status: 200, body: {} }) as const };
    await expect(serve({ api: one, handlers: member })).rejects.toThrow('a route for member needs a token verifier');
  });
});
