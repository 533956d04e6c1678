import { describe, expect, it } from '@jest/globals';
import type { Service } from '@ticketaka/platform/contract';
import { environments } from '../environments/index.ts';
import { externalServersOf, type UsedServer } from '../external-servers.ts';
import { ingress, namespace, ports } from '../names.ts';
import { render } from '../render.ts';
import { services } from '../services.ts';
import { isExposed, topologyOf } from '../topology/topology.ts';
import { fixtureCluster } from './cluster.ts';
import { fixtureJwks, fixtures } from './fixtures.ts';
import { mayConnect, mayConnectTo, type Pod } from './reach.ts';

const platforms: readonly [string, readonly Service[], typeof fixtureCluster][] = [
  ['the platform', services, environments.prod],
  ['a platform with every level of access', fixtures, fixtureCluster],
];

const workloadPod = (app: string): Pod => ({ namespace, labels: { app } });
const gateway: Pod = { namespace: ingress.namespace, labels: ingress.labels };
const stranger: Pod = { namespace: 'elsewhere', labels: {} };
const prometheus: Pod = { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } };
const istiod: Pod = { namespace: 'istio-system', labels: { app: 'istiod' } };

describe.each(platforms)('the network of %s', (_, declared, environment) => {
  const { objects } = render({ environment, jwks: fixtureJwks, services: declared });
  const topology = topologyOf(declared);
  const http = topology.workloads.filter(({ kind }) => kind === 'http');

  it('lets a workload connect to those whose routes it declares to call, and to no other', () => {
    for (const from of topology.workloads) {
      const callees = topology.calleesOf(from).map(({ name }) => name);
      const reached = http
        .map(({ name }) => name)
        .filter((name) => name !== from.name)
        .filter((name) =>
          mayConnect(objects, { from: workloadPod(from.name), to: workloadPod(name), port: ports.app }),
        );
      expect([from.name, reached.toSorted()]).toEqual([from.name, callees.toSorted()]);
    }
  });

  it('lets the gateway connect to workloads that have something to show outside', () => {
    for (const { name, routes } of http) {
      const connects = mayConnect(objects, { from: gateway, to: workloadPod(name), port: ports.app });
      expect([name, connects]).toEqual([name, routes.some(isExposed)]);
    }
  });

  it('lets nobody else in, and nobody to the admin port', () => {
    for (const { name } of topology.workloads) {
      const to = workloadPod(name);
      expect(mayConnect(objects, { from: stranger, to, port: ports.app })).toBe(false);
      for (const from of [stranger, gateway, prometheus]) {
        expect([name, mayConnect(objects, { from, to, port: ports.admin })]).toEqual([name, false]);
      }
    }
  });

  it('lets Prometheus ask every pod of the mesh at the port of its agent', () => {
    for (const to of [gateway, ...topology.workloads.map(({ name }) => workloadPod(name))]) {
      expect(mayConnect(objects, { from: prometheus, to, port: 15_020 })).toBe(true);
    }
  });

  it('lets every pod get its certificate', () => {
    for (const from of [gateway, ...topology.workloads.map(({ name }) => workloadPod(name))]) {
      expect(mayConnect(objects, { from, to: istiod, port: 15_012 })).toBe(true);
    }
  });

  /** Whether a pod reaches every port of a server at every address that it has. */
  const reaches = (from: Pod, { server, morePorts = {} }: UsedServer) => {
    const places = (server.addresses ?? []).flatMap((address) =>
      [server.port, ...Object.values(morePorts)].map((port) => ({ address, port })),
    );
    const reached = places.filter((place) => mayConnectTo(objects, { from, ...place }));
    return reached.length === 0 ? false : reached.length === places.length ? true : 'some';
  };
  const stores = [
    ...new Map(
      declared
        .flatMap((service) => externalServersOf(service, environment))
        .filter(({ name, server }) => server.addresses && /^(mariadb|redis)/.test(name))
        .map((used) => [used.name, used]),
    ).values(),
  ];

  it('lets a workload connect to its own stores, and to no others', () => {
    expect(stores.length).toBeGreaterThan(1);
    for (const { name, service } of topology.workloads) {
      const own = externalServersOf(service, environment).map((used) => used.name);
      for (const store of stores) {
        const reached = reaches(workloadPod(name), store);
        expect([name, store.name, reached]).toEqual([name, store.name, own.includes(store.name)]);
      }
    }
  });

  it('lets a migration connect to the database alone', () => {
    for (const { name } of declared.filter(({ owns }) => owns.mariadb)) {
      const from = workloadPod(`${name}-migration`);
      for (const store of stores) expect(reaches(from, store)).toBe(store.name === 'mariadb');
      for (const workload of http) {
        expect(mayConnect(objects, { from, to: workloadPod(workload.name), port: ports.app })).toBe(false);
      }
    }
  });

  it('lets the check of a canary connect to the gateway alone', () => {
    const from: Pod = { namespace, labels: { 'ticketaka/task': 'canary-smoke' } };
    expect(mayConnect(objects, { from, to: gateway, port: 8080 })).toBe(true);
    for (const { name } of http) {
      expect(mayConnect(objects, { from, to: workloadPod(name), port: ports.app })).toBe(false);
    }
  });
});

describe.each(['dev', 'staging', 'prod'] as const)('the network of %s', (name) => {
  it('lets nobody out to servers of the private network but by addresses or blocks that are named', () => {
    const environment = environments[name];
    const servers = services.flatMap((service) => externalServersOf(service, environment).map(({ server }) => server));
    // Without either a policy means the internet, which leaves out every private address.
    const lost = servers.filter(
      ({ host, addresses, networks }) => host.endsWith('.internal') && !addresses && !networks,
    );
    expect([servers.some(({ host }) => host.endsWith('.internal')), lost.map(({ host }) => host)]).toEqual([true, []]);
  });
});
