import { describe, expect, it } from '@jest/globals';
import { access, defineApi, defineService, eventStream } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { ofKind } from '../checks/typed-objects.ts';
import { fixtureService, fixtureTopology } from '../test/fixtures.ts';
import { synth } from '../test/synth.ts';
import { topologyOf } from '../topology/topology.ts';
import { EdgeRoutes } from './edge-routes.ts';

function routesOf(name: string) {
  const service = fixtureService(name);
  const objects = synth(
    (scope) => new EdgeRoutes(scope, 'routes', { topology: fixtureTopology, service, hosts: ['tickets.example'] }),
  );
  const [routes] = ofKind(objects, 'VirtualService');
  return { spec: routes?.spec, http: routes?.spec?.http ?? [] };
}

describe('the routes of the gateway', () => {
  const { spec, http } = routesOf('shows');
  const named = (name: string) => http.find((route) => route.name === name);

  it('are bound to the gateway and visible to it alone', () => {
    expect(spec).toMatchObject({
      hosts: ['tickets.example'],
      gateways: ['istio-ingress/ticketaka'],
      exportTo: ['istio-ingress'],
    });
  });

  it('leave out internal routes', () => {
    expect(named('list')).toBeDefined();
    expect(named('reserve')).toBeUndefined();
    expect(named('audit')).toBeUndefined();
  });

  it('lead each route to the workload that serves it', () => {
    const domain = 'ticketaka.svc.cluster.local';
    expect(named('show')?.route?.[0]?.destination).toEqual({ host: `shows-catalogue.${domain}`, port: { number: 80 } });
    expect(named('drafts')?.route?.[0]?.destination).toEqual({ host: `shows-editor.${domain}`, port: { number: 80 } });
  });

  it('match a plain path exactly, and a template by an expression that ends where the path does', () => {
    expect(named('list')?.match).toEqual([{ uri: { exact: '/api/shows' }, method: { regex: 'GET|HEAD' } }]);
    expect(named('like')?.match).toEqual([{ uri: { regex: '/api/shows/[^/]+/like' }, method: { exact: 'PUT' } }]);
    expect(named('poster')?.match).toEqual([
      { uri: { regex: '/api/shows/[^/]+/poster/.+' }, method: { regex: 'GET|HEAD' } },
    ]);
  });

  it('put a path before the template that matches it too', () => {
    const names = http.map(({ name }) => name);
    expect(names.indexOf('drafts')).toBeLessThan(names.indexOf('show'));
    expect(names.indexOf('docsPage')).toBeLessThan(names.indexOf('show'));
  });

  it('answer a request for a protected route without a bearer token with 401, before the route itself', () => {
    const names = http.map(({ name }) => name);
    expect(names.indexOf('like-without-token')).toBe(names.indexOf('like') - 1);
    const refusal = named('like-without-token');
    expect(refusal?.match).toEqual([
      {
        uri: { regex: '/api/shows/[^/]+/like' },
        method: { exact: 'PUT' },
        withoutHeaders: { authorization: { regex: 'Bearer .+' } },
      },
    ]);
    expect(refusal?.directResponse?.status).toBe(401);
    expect(refusal?.headers?.response?.set).toMatchObject({
      'content-type': 'application/problem+json',
      'www-authenticate': 'Bearer',
    });
    expect(JSON.parse(refusal?.directResponse?.body?.string ?? '')).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
  });

  it('ask for no token where the route needs none', () => {
    expect(named('list-without-token')).toBeUndefined();
    expect(routesOf('orders').http.map(({ name }) => name)).not.toContain('webhook-without-token');
  });

  it('take headers of identity, and orders to Envoy, off every request that goes on', () => {
    for (const route of http.filter((candidate) => candidate.route)) {
      expect(route.headers?.request?.remove).toEqual(
        expect.arrayContaining([
          'x-forwarded-client-cert',
          'x-jwt-payload',
          'x-user-id',
          'x-roles',
          'x-envoy-retry-on',
        ]),
      );
    }
  });

  it('try a read again a bounded number of times, and never anything else', () => {
    for (const route of http.filter((candidate) => candidate.route)) {
      const read = route.match?.[0]?.method?.exact === undefined;
      expect([route.name, route.retries?.attempts]).toEqual([route.name, read ? 2 : 0]);
      expect(route.timeout).toMatch(/^\d+s$/);
    }
  });

  it('are none for a service without an API', () => {
    expect(routesOf('post').http).toEqual([]);
  });
});

it('gives an event stream a day, and its reader the say about trying again', () => {
  const news = defineService({
    name: 'news',
    summary: 'fixture',
    api: defineApi({
      service: 'news',
      base: '/api/news',
      title: 'News',
      routes: {
        stream: {
          method: 'GET',
          path: '/stream',
          access: access.public(),
          summary: 'fixture',
          responses: { 200: eventStream({ line: z.string() }) },
        },
      },
    }),
    workloads: { api: { kind: 'http', scale: { min: 1, max: 2 } } },
  });
  const topology = topologyOf([news]);
  const objects = synth(
    (scope) => new EdgeRoutes(scope, 'routes', { topology, service: news, hosts: ['tickets.example'] }),
  );
  const stream = ofKind(objects, 'VirtualService')[0]?.spec?.http?.find(({ name }) => name === 'stream');
  expect([stream?.timeout, stream?.retries]).toEqual(['86400s', { attempts: 0 }]);
});
