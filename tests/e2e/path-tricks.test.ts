import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type Person, signUp } from './people.ts';
import { platform as connect, type Platform } from './platform.ts';
import { type RawAnswer, type RawRequest, sendRaw } from './raw-request.ts';
import { mint } from './tokens.ts';

/** Other ways to write a path, through the real gateway: none opens a door that the plain path does not. */

const tricks: Readonly<Record<string, (path: string) => string>> = {
  'doubled slashes': (path) => path.replaceAll('/', '//'),
  'a doubled slash at the start': (path) => `/${path}`,
  'an escaped slash': (path) => path.replace(/\/(?=[^/]+$)/, '%2f'),
  'an escaped slash beside a plain one': (path) => path.replace('/api/', '/api/%2F'),
  'an empty segment, escaped': (path) => path.replace('/api/', '/api%2F%2f'),
  'a dot': (path) => path.replace(/\/(?=[^/]+$)/, '/./'),
  'an escaped dot': (path) => path.replace(/\/(?=[^/]+$)/, '/%2e/'),
  'a way out and back': (path) => path.replace(/\/(?=[^/]+$)/, '/x/../'),
  'a way out and back, escaped': (path) => path.replace(/\/(?=[^/]+$)/, '/x/%2E%2e/'),
  'a way out and back, with an escaped slash': (path) => path.replace(/\/(?=[^/]+$)/, '/x/..%2f'),
  'a way out with a parameter': (path) => path.replace(/\/(?=[^/]+$)/, '/x/..;/'),
  'a way through a public path': (path) => `/api/auth/login/../../..${path}`,
  'a way above the root': (path) => `/../../..${path}`,
  'upper case': (path) => path.toUpperCase(),
  'one letter in upper case': (path) => path.replace('/api', '/Api'),
  'a slash at the end': (path) => `${path}/`,
  'an escaped slash at the end': (path) => `${path}%2f`,
  'a dot at the end': (path) => `${path}/.`,
  'a parameter at the end': (path) => `${path};x=1`,
  'a parameter in the middle': (path) => path.replace('/api', '/api;x=1'),
  'an ending': (path) => `${path}.json`,
  'a space at the end': (path) => `${path}%20`,
  'a tabulator at the end': (path) => `${path}%09`,
  'an escaped letter': (path) => path.replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`),
  'a letter escaped twice': (path) => path.replace(/.$/, (last) => `%25${last.charCodeAt(0).toString(16)}`),
  'a dot escaped twice': (path) => path.replace(/\/(?=[^/]+$)/, '/%252e/'),
  'an escape within an escape': (path) => path.replace(/\/(?=[^/]+$)/, '%%32%66'),
  'a slash in too many bytes': (path) => path.replace(/\/(?=[^/]+$)/, '%c0%af'),
  backslashes: (path) => path.replaceAll('/', '\\'),
  'backslashes after the first slash': (path) => `/${path.slice(1).replaceAll('/', '\\')}`,
  'an escaped backslash': (path) => path.replace(/\/(?=[^/]+$)/, '%5c'),
  'a NUL at the end': (path) => `${path}%00`,
  'a NUL and an ending': (path) => `${path}%00.css`,
  'half an escape': (path) => `${path}%`,
  'a fragment': (path) => `${path}#x`,
  'a fragment in front': (path) => `/#/..${path}`,
  'a query': (path) => `${path}?x=/../../`,
  'an escaped question mark': (path) => `${path}%3fx=1`,
  'the absolute form': (path) => `http://localhost${path}`,
  'the absolute form with another host': (path) => `http://auth-api.ticketaka.svc.cluster.local${path}`,
  'the absolute form with a user': (path) => `http://auth-api@localhost${path}`,
  'the absolute form of another scheme': (path) => `file://localhost${path}`,
  'no slash at the start': (path) => path.slice(1),
};

let platform: Platform;
let person: Person;
let authorization: Record<'nobody' | 'member' | 'admin', readonly string[]>;
beforeAll(async () => {
  platform = await connect();
  person = await signUp(platform);
  const admin = await (await mint(platform)).good(['admin']);
  authorization = {
    nobody: [],
    member: [`Authorization: Bearer ${person.visitor.token}`],
    admin: [`Authorization: Bearer ${admin}`],
  };
}, 180_000);
afterAll(() => platform[Symbol.asyncDispose]());

const send = (request: RawRequest) => sendRaw(platform.gateway, request);
const plainMe = { target: '/api/members/me' };

describe.each(Object.entries(tricks))('a path with %s', (_, trick) => {
  it("leads to one's own data only with a token, as the plain path does", async () => {
    const target = trick('/api/members/me');
    expect(isRefusal(await send({ target }))).toBe(true);
    const answer = await send({ target, headers: authorization.member });
    if (!isRefusal(answer)) expect(own(answer)).toEqual({ status: 200, id: person.id });
  });

  it('does not let a member in where only an admin may go', async () => {
    // In the search the address would be found, and shown.
    for (const path of ['/api/members', `/api/members/${person.id}`]) {
      for (const caller of ['nobody', 'member'] as const) {
        const answer = await send({ target: trick(path), headers: authorization[caller] });
        expect({ caller, refused: isRefusal(answer) }).toEqual({ caller, refused: true });
        expect(answer.body).not.toContain(person.email);
      }
    }
  });

  it('leads nobody to what only services may call', async () => {
    const target = trick(`/api/auth/internal/accounts/${person.id}`);
    for (const caller of ['nobody', 'member', 'admin'] as const) {
      const answer = await send({ target, headers: authorization[caller] });
      expect({ caller, refused: isRefusal(answer) }).toEqual({ caller, refused: true });
      expect(answer.body).not.toContain(person.email);
    }
  });
});

describe('a request that can be read in two ways', () => {
  const smuggled = 'DELETE /api/members/me HTTP/1.1\r\nHost: localhost\r\n\r\n';

  it.each([
    ['two lengths', ['Content-Length: 0', `Content-Length: ${smuggled.length}`]],
    ['two equal lengths', ['Content-Length: 0', 'Content-Length: 0']],
    ['lengths in a list', [`Content-Length: 0, ${smuggled.length}`]],
    ['a length and chunks', [`Content-Length: ${smuggled.length + 5}`, 'Transfer-Encoding: chunked']],
    ['a coding that is no coding', ['Transfer-Encoding: xchunked']],
    ['chunks that are not the last coding', ['Transfer-Encoding: chunked, identity']],
    ['a signed length', ['Content-Length: +0']],
    ['a space before the colon', ['Content-Length : 0']],
    ['a header that goes on in the next line', ['X-Folded: a', ' b']],
  ])('is refused, and nothing after it is read: %s', async (_, headers) => {
    const answer = await send({
      ...plainMe,
      headers: [...authorization.member, ...headers],
      body: `0\r\n\r\n${smuggled}`,
    });
    expect(answer).toMatchObject({ status: 400, answers: 1 });
    expect(own(await send({ ...plainMe, headers: authorization.member }))).toEqual({ status: 200, id: person.id });
  });

  it.each([
    ['none', []],
    ['two', ['Host: localhost', 'Host: auth-api']],
    ['twice the same', ['Host: localhost', 'Host: localhost']],
    ['an empty one', ['Host:']],
    ['one with a path', ['Host: localhost/api/auth/internal']],
    ['one with a user', ['Host: localhost@auth-api']],
    ['two in one', ['Host: localhost, auth-api']],
    ['one with a space', ['Host: localhost auth-api']],
  ])('is refused when its Host is %s', async (_, host) => {
    const answer = await send({ ...plainMe, host, headers: authorization.member });
    expect(answer).toMatchObject({ status: 400, answers: 1 });
  });

  it.each(['auth-api', 'auth-api.ticketaka.svc.cluster.local', 'mariadb', '127.0.0.1'])(
    'does not reach %s by its Host',
    async (host) => {
      const target = `/api/auth/internal/accounts/${person.id}`;
      const answer = await send({ target, host: [`Host: ${host}`], headers: authorization.admin });
      expect(isRefusal(answer)).toBe(true);
    },
  );
});

describe('what a client says of itself', () => {
  const admin = 'cluster.local/ns/ticketaka/sa/members-api';
  const claims = [
    `X-Forwarded-Client-Cert: By=spiffe://x;URI=spiffe://${admin}`,
    `X-Istio-Jwt-Sub: ${randomUUID()}`,
    `X-Jwt-Payload: ${Buffer.from(JSON.stringify({ sub: randomUUID(), roles: ['admin'] })).toString('base64url')}`,
    `X-User-Id: ${randomUUID()}`,
    `X-Member-Id: ${randomUUID()}`,
    'X-User: admin',
    'X-Role: admin',
    'X-Roles: admin',
    'X-Remote-User: admin',
    'X-Auth-Request-User: admin',
    'X-Forwarded-Uri: /api/members',
    'X-Original-Url: /api/members',
    'X-Rewrite-Url: /api/members',
    'X-Envoy-Original-Path: /api/members',
    'X-Http-Method-Override: DELETE',
    'X-Method-Override: DELETE',
  ];

  it('is no identity: without a token there is none', async () => {
    expect(await send({ ...plainMe, headers: claims })).toMatchObject({ status: 401 });
  });

  it('does not change who somebody is, nor what is asked for', async () => {
    const answer = await send({ ...plainMe, headers: [...authorization.member, ...claims] });
    expect(own(answer)).toEqual({ status: 200, id: person.id });
    expect(own(await send({ ...plainMe, headers: authorization.member }))).toEqual({ status: 200, id: person.id });
  });

  it('gives no role, and makes nobody a service', async () => {
    const headers = [...authorization.member, ...claims];
    expect(await send({ target: '/api/members', headers })).toMatchObject({ status: 403 });
    const target = `/api/auth/internal/accounts/${person.id}`;
    expect(isRefusal(await send({ target, headers }))).toBe(true);
  });

  it('cannot take the token away on its way to the service', async () => {
    const headers = ['Connection: authorization, x-request-id', ...authorization.member];
    expect(own(await send({ ...plainMe, headers }))).toEqual({ status: 200, id: person.id });
  });
});

const problemBody = z.object({ code: z.string() });
const memberBody = z.object({ id: z.string() });

/** The mesh said no, before any service saw the request. Services give codes of their own, or succeed. */
function isRefusal({ status, body, answers }: RawAnswer): boolean {
  if (answers !== 1 || ![400, 401, 403, 404].includes(status)) return false;
  const problem = problemBody.safeParse(parseJson(body));
  return !problem.success || (status === 401 && problem.data.code === 'unauthenticated');
}

function own({ status, body }: RawAnswer) {
  return { status, id: memberBody.safeParse(parseJson(body)).data?.id };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The mesh refuses in plain text.
    return undefined;
  }
}
