/** A loaded set of manifests: everything that a request needs to be routed and judged, compiled once. */
import { type CompiledAuthentication, compileAuthentications, rulesFor } from './authentication.ts';
import { type CompiledPolicy, compilePolicies, policiesFor } from './authorization.ts';
import { compileDestinations, portOf, type ResolveDestination } from './destinations.ts';
import type { EndpointsFile } from './endpoints.ts';
import { byHostSpecificity, exportedTo, selects, shortNames } from './host-names.ts';
import type { CompiledJwtRule } from './jwt.ts';
import { type Manifest, ManifestError } from './manifests.ts';
import type { Normalization } from './path-normalization.ts';
import { buildRegistry, type ExternalHost, type MeshService, type Registry, type Workload } from './registry.ts';
import { compileRetries, type RetryPolicy } from './retries.ts';
import { type Scope, scopeOf } from './sidecar-scope.ts';
import { checkSupported, type Resources } from './supported-fields.ts';
import {
  type CompiledVirtualService,
  compileVirtualServices,
  gatewayHosts,
  sidecarHosts,
  type VirtualHost,
} from './virtual-hosts.ts';

/** What a workload, or the gateway, asks of those who call it. */
export interface Door {
  readonly jwtRules: readonly CompiledJwtRule[];
  readonly policies: readonly CompiledPolicy[];
}

/** A workload as one that calls. */
export interface Caller {
  readonly workload: Workload;
  readonly inScope: Scope;
  readonly virtualHosts: readonly VirtualHost[];
  /** Services by every name that the caller may use. */
  readonly services: ReadonlyMap<string, MeshService>;
  readonly externals: readonly ExternalHost[];
  readonly resolve: ResolveDestination;
}

export interface GatewayListener {
  readonly workload: Workload;
  /** The server's port in the cluster, which `port` of a match means. */
  readonly port: number;
  readonly virtualHosts: readonly (VirtualHost & { readonly gateway: string })[];
  readonly door: Door;
  readonly resolve: ResolveDestination;
}

export interface Mesh {
  readonly normalization: Normalization;
  readonly defaultRetries: RetryPolicy;
  readonly registry: Registry;
  readonly gateway: GatewayListener;
  readonly callers: ReadonlyMap<string, Caller>;
  readonly doors: ReadonlyMap<string, Door>;
  /** Key ids of every RequestAuthentication. */
  readonly keyIds: readonly string[];
}

/** Policies of this namespace hold for the whole mesh. */
const rootNamespace = 'istio-system';

/** @throws {ManifestError} that names everything which is not supported or makes no sense */
export async function compileMesh(manifests: readonly Manifest[], endpoints: EndpointsFile): Promise<Mesh> {
  const resources = checkSupported(manifests);
  const registry = buildRegistry(resources, endpoints);
  const virtualServices = compileVirtualServices(resources);
  const authentications = await compileAuthentications(resources);
  const policies = compilePolicies(resources);
  const doorOf = (workload: Workload): Door => ({
    jwtRules: rulesFor(workload, authentications, rootNamespace),
    policies: policiesFor(workload, policies, rootNamespace),
  });
  const workloads = [...registry.workloads.values()];
  const mesh: Mesh = {
    normalization: resources.meshConfig.pathNormalization?.normalization ?? 'BASE',
    defaultRetries: compileRetries(resources.meshConfig.defaultHttpRetryPolicy),
    registry,
    gateway: {
      workload: registry.gateway,
      ...compileGateways(resources, registry, virtualServices),
      door: doorOf(registry.gateway),
      resolve: compileDestinations(resources, registry, registry.gateway.namespace),
    },
    callers: new Map(
      workloads.map((workload) => [workload.name, callerOf(workload, { resources, registry, virtualServices })]),
    ),
    doors: new Map(workloads.map((workload) => [workload.name, doorOf(workload)])),
    keyIds: keyIdsOf(authentications),
  };
  checkDestinations(mesh, virtualServices);
  return mesh;
}

interface Compiled {
  readonly resources: Resources;
  readonly registry: Registry;
  readonly virtualServices: readonly CompiledVirtualService[];
}

function callerOf(workload: Workload, { resources, registry, virtualServices }: Compiled): Caller {
  const { namespace } = workload;
  const visible = resources.ServiceEntry.filter(({ spec, namespace: from }) =>
    exportedTo(spec.exportTo, { from, to: namespace }),
  ).map(({ where }) => where);
  return {
    workload,
    inScope: scopeOf(workload, resources.Sidecar),
    virtualHosts: sidecarHosts(namespace, virtualServices),
    services: new Map(
      [...registry.services.values()].flatMap((service) =>
        shortNames(service.name, service.namespace, namespace).map((name) => [name, service] as const),
      ),
    ),
    externals: registry.externals.filter(({ where }) => visible.includes(where)),
    resolve: compileDestinations(resources, registry, namespace),
  };
}

/** All servers of all Gateways that select the gateway's pods; they must share one port, since one is listened on here. */
function compileGateways(resources: Resources, registry: Registry, virtualServices: readonly CompiledVirtualService[]) {
  const gateways = resources.Gateway.filter(({ spec }) => selects(spec.selector, registry.gateway.labels));
  const ports = new Set(gateways.flatMap(({ spec }) => spec.servers.map((server) => server.port.number)));
  const [port = 80, another] = ports;
  if (another !== undefined)
    throw new ManifestError([`Gateways: servers on ${[...ports].join(' and ')}; only one port is supported`]);
  const virtualHosts = gateways.flatMap(({ name, namespace, spec }) => {
    const gateway = { name: `${namespace}/${name}`, namespace, hosts: spec.servers.flatMap(({ hosts }) => hosts) };
    return gatewayHosts(gateway, virtualServices).map((host) => ({ ...host, gateway: gateway.name }));
  });
  return { port, virtualHosts: virtualHosts.toSorted((a, b) => byHostSpecificity(a.host, b.host)) };
}

function keyIdsOf(authentications: readonly CompiledAuthentication[]) {
  const keys = authentications.flatMap(({ rules }) => rules.flatMap((rule) => rule.keys));
  return [...new Set(keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid])))].toSorted();
}

/** Envoy would answer 503 for a destination that is not there; here it stops the start. */
function checkDestinations(mesh: Mesh, virtualServices: readonly CompiledVirtualService[]) {
  const problems: string[] = [];
  const { services, externals } = mesh.registry;
  for (const { where, gateways, hosts, routes } of virtualServices) {
    if (gateways.includes('mesh'))
      for (const host of hosts)
        if (!services.has(host) && !externals.some(({ pattern }) => pattern === host))
          problems.push(`${where}: host ${host} is no Service and no ServiceEntry`);
    const resolvers = gateways.includes('mesh') ? [...mesh.callers.values()] : [mesh.gateway];
    for (const { name, action } of routes) {
      if (action.kind !== 'forward') continue;
      for (const { destination } of action.destinations) {
        const service = services.get(destination.host);
        const asked = { host: destination.host, port: destination.port ?? 80 };
        if (service && !portOf(service, destination.port))
          problems.push(`${where}: route ${name}: ${destination.host} has no such port, or several and none is named`);
        else if (resolvers.length > 0 && !resolvers.some(({ resolve }) => resolve(destination, asked)))
          problems.push(
            `${where}: route ${name}: destination ${destination.host} ${destination.subset ?? ''} is not known`,
          );
      }
    }
  }
  if (problems.length > 0) throw new ManifestError(problems);
}
