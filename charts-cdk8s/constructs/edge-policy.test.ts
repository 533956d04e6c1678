import { describe, expect, it } from '@jest/globals';
import { ingress } from '../names.ts';
import { allows } from '../test/authorize.ts';
import { fixtureService, fixtureTopology } from '../test/fixtures.ts';
import { synth } from '../test/synth.ts';
import { EdgePolicy } from './edge-policy.ts';

describe('the policy of the gateway', () => {
  const objects = ['shows', 'orders'].flatMap((name) =>
    synth((scope) => new EdgePolicy(scope, 'policy', { topology: fixtureTopology, service: fixtureService(name) })),
  );
  const ask = (method: string, path: string, roles?: string[]) =>
    allows(objects, { ...ingress, labels: ingress.labels }, { method, path, ...(roles && { claims: { roles } }) });

  it('lets anyone in to a public route, with a token or without', () => {
    expect(ask('GET', '/api/shows/42')).toBe(true);
    expect(ask('GET', '/api/shows/42', [])).toBe(true);
    expect(ask('HEAD', '/api/shows/42')).toBe(true);
  });

  it('lets a request without a token for a protected route through to the router, which answers 401', () => {
    expect(ask('POST', '/api/orders')).toBe(true);
    expect(ask('GET', '/api/shows/drafts')).toBe(true);
  });

  it('refuses a token without the role, which gets 403', () => {
    expect(ask('GET', '/api/shows/drafts', ['staff'])).toBe(false);
    expect(ask('GET', '/api/shows/drafts', ['organizer'])).toBe(true);
    expect(ask('GET', '/api/shows/drafts', ['staff', 'admin'])).toBe(true);
  });

  it('leaves the check of an API key to the service', () => {
    expect(ask('POST', '/api/orders/webhook')).toBe(true);
  });

  it.each([
    ['an internal route', 'POST', '/api/shows/internal/seats'],
    ['an internal route that a public template matches', 'GET', '/api/shows/internal'],
    ['another method', 'DELETE', '/api/shows/42'],
    ['a slash at the end', 'POST', '/api/orders/'],
    ['another case', 'POST', '/API/orders'],
    ['a longer path', 'POST', '/api/orders/webhook/x'],
    ['a path of nobody', 'GET', '/metrics'],
  ])('refuses %s, whoever asks', (_, method, path) => {
    expect([ask(method, path), ask(method, path, ['organizer', 'staff', 'admin'])]).toEqual([false, false]);
  });

  it('is none for a service without an API', () => {
    const service = fixtureService('post');
    expect(synth((scope) => new EdgePolicy(scope, 'policy', { topology: fixtureTopology, service }))).toEqual([]);
  });
});
