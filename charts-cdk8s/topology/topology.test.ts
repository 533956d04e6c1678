import { describe, expect, it } from '@jest/globals';
import { access, defineApi, defineService, type Route } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { fixtureTopology } from '../test/fixtures.ts';
import { topologyOf } from './topology.ts';

interface ServiceOptions {
  readonly base?: string;
  readonly paths: readonly string[];
  /** Of the first path; the others are for everybody. */
  readonly first?: Route['access'];
  readonly calls?: readonly Route[];
}

function serviceOf(name: string, { base = `/${name}`, paths, first = access.public(), calls = [] }: ServiceOptions) {
  const routes = paths.map((path, index) => [
    `route${index}`,
    {
      method: 'GET',
      path,
      access: index === 0 ? first : access.public(),
      summary: 'test',
      responses: { 200: z.string() },
    } as const,
  ]);
  const api = defineApi({ service: name, base, title: name, routes: Object.fromEntries(routes) });
  const workloads = { api: { kind: 'http', scale: { min: 1, max: 1 } } } as const;
  return defineService({ name, summary: 'test', api, workloads, calls });
}

describe('the topology', () => {
  it('knows every workload, and the routes that each serves', () => {
    expect(fixtureTopology.workloads.map(({ name }) => name)).toEqual([
      'orders-api',
      'post-worker',
      'shows-catalogue',
      'shows-editor',
    ]);
    const editor = fixtureTopology.workloads.find(({ name }) => name === 'shows-editor');
    expect(editor?.routes.map(({ name }) => name)).toEqual(['create', 'drafts', 'audit', 'reserve', 'like']);
  });

  it('knows whom a workload calls', () => {
    const [orders] = fixtureTopology.workloads;
    const callees = orders ? fixtureTopology.calleesOf(orders) : [];
    expect(callees.map(({ name }) => name)).toEqual(['shows-catalogue', 'shows-editor']);
  });

  it('is refused when a service calls one that is not there', () => {
    const [call] = Object.values(serviceOf('gone', { paths: ['/x'] }).api?.routes ?? {});
    const calls = call ? [call] : [];
    expect(() => topologyOf([serviceOf('caller', { paths: ['/y'], calls })])).toThrow('gone.route0');
  });

  it('is refused when two services have one name', () => {
    expect(() => topologyOf([serviceOf('twin', { paths: [] }), serviceOf('twin', { paths: [] })])).toThrow('twin');
  });

  it('is refused when two routes match one request and neither is the more specific', () => {
    const paths = ['/{id}/seats', '/today/{part}'];
    const service = serviceOf('shows', { paths, first: access.member() });
    expect(() => topologyOf([service])).toThrow('match the same GET requests');
    // One workload answers both for the same callers: it does not matter which of them it is taken for.
    expect(() => topologyOf([serviceOf('shows', { paths })])).not.toThrow();
  });

  it('lets a service put a plain path beside a template that matches it', () => {
    expect(() => topologyOf([serviceOf('shows', { paths: ['/{id}', '/today'] })])).not.toThrow();
  });

  it('is refused when a route of one service matches requests for another', () => {
    const wide = serviceOf('wide', { paths: ['/{path*}'], base: '' });
    expect(() => topologyOf([wide, serviceOf('narrow', { paths: ['/x'] })])).toThrow('narrow');
  });
});
