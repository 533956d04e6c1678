import { describe, expect, it } from '@jest/globals';
import { type Route, roles, type Service } from '@ticketaka/platform/contract';
import { ofKind } from '../checks/typed-objects.ts';
import { ingress, ingressPrincipal, namespace, principalOf, selectorLabels } from '../names.ts';
import { render } from '../render.ts';
import { services } from '../services.ts';
import { isExposed, needsToken, topologyOf } from '../topology/topology.ts';
import { allows, type PolicyRequest } from './authorize.ts';
import { fixtureJwks, fixtures } from './fixtures.ts';

const platforms: readonly [string, readonly Service[]][] = [
  ['the platform', services],
  ['a platform with every level of access', fixtures],
];

describe.each(platforms)('the manifests of %s', (_, declared) => {
  const { objects } = render({ environment: 'local', jwks: fixtureJwks, services: declared });
  const topology = topologyOf(declared);
  const routes = topology.workloads.flatMap((workload) => workload.routes);
  const everyRole = { roles: [...roles] };

  const atGateway = (request: PolicyRequest) => allows(objects, { ...ingress, labels: ingress.labels }, request);
  const atWorkload = (route: Route, request: PolicyRequest) =>
    allows(objects, { namespace, labels: selectorLabels(topology.workloadOf(route).name) }, request);

  it('let an entitled client through to every exposed route, at the gateway and at the workload', () => {
    for (const route of routes.filter(isExposed)) {
      const request = { ...requestFor(route), ...(needsToken(route) && { claims: everyRole }) };
      expect([label(route), atGateway(request)]).toEqual([label(route), true]);
      expect([label(route), atWorkload(route, { ...request, principal: ingressPrincipal })]).toEqual([
        label(route),
        true,
      ]);
    }
  });

  it('let no internal route through the gateway, whoever asks', () => {
    for (const route of routes.filter((candidate) => !isExposed(candidate))) {
      const asked = [requestFor(route), { ...requestFor(route), claims: everyRole }];
      expect([label(route), asked.map(atGateway)]).toEqual([label(route), [false, false]]);
      const forwarded = asked.map((request) => atWorkload(route, { ...request, principal: ingressPrincipal }));
      expect([label(route), forwarded]).toEqual([label(route), [false, false]]);
    }
  });

  it('name no internal route in the routes of the gateway', () => {
    const names = ofKind(objects, 'VirtualService')
      .filter(({ spec }) => !spec?.gateways?.includes('mesh'))
      .flatMap(({ metadata, spec }) => (spec?.http ?? []).map(({ name }) => `${metadata.name} ${name}`));
    const exposed = routes
      .filter(isExposed)
      .flatMap((route) => [
        ...(needsToken(route) ? [`${route.service}-edge ${route.name}-without-token`] : []),
        `${route.service}-edge ${route.name}`,
      ]);
    expect(names.toSorted()).toEqual(exposed.toSorted());
  });

  it('admit no request without a token to a protected route at its workload', () => {
    for (const route of routes.filter(needsToken)) {
      const callers = [ingressPrincipal, ...topology.workloads.map(({ name }) => principalOf(name))];
      const admitted = callers.filter((principal) => atWorkload(route, { ...requestFor(route), principal }));
      expect([label(route), admitted]).toEqual([label(route), []]);
    }
  });

  it('admit a token without the role to no route of that role', () => {
    for (const route of routes) {
      if (route.access.level !== 'role') continue;
      const { roles: wanted } = route.access;
      const others = roles.filter((role) => !wanted.includes(role));
      const request = { ...requestFor(route), claims: { roles: others } };
      expect([label(route), atGateway(request)]).toEqual([label(route), false]);
      expect([label(route), atWorkload(route, { ...request, principal: ingressPrincipal })]).toEqual([
        label(route),
        false,
      ]);
    }
  });

  it('allow every declared call, and no other, between all pairs of workloads', () => {
    for (const route of routes) {
      const declaredCallers = topology.callersOf(route);
      const request = { ...requestFor(route), claims: everyRole };
      for (const { name } of topology.workloads) {
        const allowed = atWorkload(route, { ...request, principal: principalOf(name) });
        expect([name, label(route), allowed]).toEqual([name, label(route), declaredCallers.includes(name)]);
      }
    }
  });

  it('let each workload reach the hosts of its declared calls, and no other workload', () => {
    const sidecars = ofKind(objects, 'Sidecar');
    for (const workload of topology.workloads) {
      const sidecar = sidecars.find(({ metadata }) => metadata.name === workload.name);
      const hosts = (sidecar?.spec?.egress ?? []).flatMap((egress) => egress.hosts);
      const reachable = hosts.filter((host) => host.endsWith('.svc.cluster.local'));
      const callees = topology.calleesOf(workload).map(({ name }) => `./${name}.${namespace}.svc.cluster.local`);
      expect([workload.name, reachable]).toEqual([workload.name, callees]);
    }
  });

  it('admit nobody to the admin port', () => {
    for (const route of routes) {
      const request = { ...requestFor(route), port: 9090, claims: everyRole };
      const callers = [ingressPrincipal, ...topology.workloads.map(({ name }) => principalOf(name))];
      expect(callers.some((principal) => atWorkload(route, { ...request, principal }))).toBe(false);
    }
  });

  it('have a rule for nothing but a declared route', () => {
    const declaredPaths = new Set(routes.map((route) => `${route.method} ${templateOf(route)}`));
    const ruled = ofKind(objects, 'AuthorizationPolicy')
      .flatMap(({ spec }) => spec?.rules ?? [])
      .flatMap(({ to }) => to ?? [])
      .flatMap(({ operation }) => (operation?.paths ?? []).map((path) => `${operation?.methods?.[0]} ${path}`));
    expect(ruled.filter((one) => !declaredPaths.has(one))).toEqual([]);
  });
});

function label(route: Route): string {
  return `${route.service}.${route.name}`;
}

function templateOf({ fullPath }: Route): string {
  return fullPath.replaceAll(/\{[a-zA-Z0-9]+\*\}/g, '{**}').replaceAll(/\{[a-zA-Z0-9]+\}/g, '{*}');
}

function requestFor(route: Route): PolicyRequest {
  const path = route.fullPath
    .replaceAll(/\{[a-zA-Z0-9]+\*\}/g, 'some/where')
    .replaceAll(/\{[a-zA-Z0-9]+\}/g, '0199-some-id');
  return { method: route.method, path };
}
