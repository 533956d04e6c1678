import { access, defineApi, defineMessage, defineService, type Service } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { environments } from '../environments/index.ts';
import { type Topology, topologyOf } from '../topology/topology.ts';

/** A small platform with every level of access, a service of two HTTP workloads, a worker and declared calls. */

const plain = { summary: 'fixture', responses: { 200: z.string() } } as const;

const shows = defineApi({
  service: 'shows',
  base: '/api/shows',
  title: 'Shows',
  routes: {
    list: { ...plain, method: 'GET', path: '', access: access.public() },
    show: { ...plain, method: 'GET', path: '/{id}', access: access.public() },
    drafts: { ...plain, method: 'GET', path: '/drafts', access: access.role('organizer', 'admin') },
    poster: { ...plain, method: 'GET', path: '/{id}/poster/{file*}', access: access.public() },
    create: { ...plain, method: 'POST', path: '', access: access.role('organizer') },
    like: { ...plain, method: 'PUT', path: '/{id}/like', access: access.member() },
    reserve: { ...plain, method: 'POST', path: '/internal/seats', access: access.internal() },
    audit: { ...plain, method: 'GET', path: '/internal', access: access.internal() },
  },
});

const orders = defineApi({
  service: 'orders',
  base: '/api/orders',
  title: 'Orders',
  routes: {
    mine: { ...plain, method: 'GET', path: '', access: access.member() },
    place: { ...plain, method: 'POST', path: '', access: access.member() },
    webhook: { ...plain, method: 'POST', path: '/webhook', access: access.partner() },
  },
});

const orderPlaced = defineMessage({ service: 'orders', type: 'order.placed', summary: 'fixture', data: z.string() });

const scale = { min: 1, max: 2 };

export const fixtures: readonly Service[] = [
  defineService({
    name: 'orders',
    summary: 'fixture',
    api: orders,
    workloads: { api: { kind: 'http', scale } },
    owns: { mariadb: true },
    calls: [shows.routes.reserve, shows.routes.show],
    publishes: [orderPlaced],
  }),
  defineService({
    name: 'post',
    summary: 'fixture',
    workloads: { worker: { kind: 'worker', scale } },
    owns: { redis: true },
    consumes: [{ message: orderPlaced }],
    egress: [{ name: 'smtp', protocol: 'TCP' }],
  }),
  defineService({
    name: 'shows',
    summary: 'fixture',
    api: shows,
    workloads: {
      catalogue: { kind: 'http', scale, serves: ['list', 'show', 'poster'] },
      editor: { kind: 'http', scale, serves: ['drafts', 'create', 'like', 'reserve', 'audit'] },
    },
    owns: { mariadb: true },
  }),
];

export const fixtureTopology: Topology = topologyOf(fixtures);

export function fixtureWorkload(name: string) {
  const found = fixtureTopology.workloads.find((workload) => workload.name === name);
  if (!found) throw new Error(`no fixture workload ${name}`);
  return found;
}

export function fixtureService(name: string) {
  const found = fixtures.find((service) => service.name === name);
  if (!found) throw new Error(`no fixture service ${name}`);
  return found;
}

export const fixtureEnvironment = environments.local;

export const fixtureJwks = {
  keys: [
    { kty: 'RSA' as const, kid: 'key-1', use: 'sig' as const, alg: 'RS256' as const, n: 'x'.repeat(342), e: 'AQAB' },
  ],
};
