import { describe, expect, it } from '@jest/globals';
import { access, noContent, type Route } from '@ticketaka/platform/contract';
import { z } from 'zod';
import type { FuzzAnswer } from './fuzz-client.ts';
import { complaints } from './fuzz-judge.ts';

/** Odd requests prove nothing if whoever judges the answers lets everything pass. */

const route: Route = {
  method: 'POST',
  path: '/login',
  fullPath: '/api/auth/login',
  service: 'auth',
  name: 'login',
  access: access.public(),
  summary: '',
  responses: { 200: z.object({ count: z.int() }), 204: noContent },
  errors: ['invalid_credentials'],
};

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): FuzzAnswer {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: { 'x-request-id': 'a', 'content-type': type, ...headers }, body: Buffer.from(text) };
}

const problem = (status: number, code: string) => ({ type: `/problems/${code}`, title: 'No', status, code });
const ofGateway = (status: number): FuzzAnswer => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('RBAC: access denied'),
});

describe('who judges the answers', () => {
  it.each([
    ['what the route declares', answer(200, { count: 1 })],
    ['an empty answer where one is declared', answer(204, '')],
    ['a problem of the platform', answer(400, problem(400, 'invalid_request'))],
    ['a problem that the route declares', answer(401, problem(401, 'invalid_credentials'))],
  ])('takes %s', (_, given) => {
    expect(complaints(route, given, undefined)).toEqual([]);
  });

  it.each([
    ['a bug of the service', answer(500, problem(500, 'internal_error'))],
    ['a service that is away', answer(503, problem(503, 'unavailable'))],
    ['a body that is not the declared one', answer(200, { count: 'one' })],
    ['a body where there is to be none', answer(204, '{}')],
    ['a status that is not declared', answer(201, { count: 1 })],
    ['another media type', answer(200, { count: 1 }, { 'content-type': 'text/html' })],
    ['an error in JSON that is no problem', answer(400, { message: 'no' })],
    ['an error as a page', answer(404, '<h1>no</h1>', { 'content-type': 'text/html' })],
    ['a code of no table', answer(400, problem(400, 'made_up'))],
    ['a code of the table that the route does not declare', answer(404, problem(404, 'account_not_found'))],
    ['a limit that the route does not declare', answer(429, problem(429, 'too_many_requests'))],
    ['a code with the status of another', answer(409, problem(409, 'invalid_request'))],
    ['a status that is not the one of the answer', answer(400, problem(401, 'invalid_request'))],
    ['a refusal of the gateway where nothing of its own was wrong', ofGateway(403)],
  ])('complains about %s', (_, given) => {
    expect(complaints(route, given, undefined)).not.toEqual([]);
  });

  it('lets the gateway refuse a path that is not one', () => {
    expect(complaints(route, ofGateway(403), 'path')).toEqual([]);
    expect(complaints(route, ofGateway(403), 'body')).not.toEqual([]);
    expect(complaints(route, ofGateway(502), 'path')).not.toEqual([]);
  });
});
