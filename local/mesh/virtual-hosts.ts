/** VirtualServices, gathered by the host they are for: one table for the gateway and one for each calling namespace. */
import { byHostSpecificity, coversHost, expandHost, exportedTo } from './host-names.ts';
import { ManifestError } from './manifests.ts';
import { compileRoute, type Route } from './route.ts';
import type { Resource, Resources } from './supported-fields.ts';
import type { VirtualServiceSpec } from './supported-networking.ts';

export interface VirtualHost {
  /** A host, or a pattern as `*` and `*.example.com`. */
  readonly host: string;
  readonly routes: readonly Route[];
}

export interface CompiledVirtualService {
  readonly where: string;
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** `mesh`, or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly exportTo: readonly string[] | undefined;
  readonly routes: readonly Route[];
}

/** @throws {ManifestError} */
export function compileVirtualServices({ VirtualService, meshConfig }: Resources): CompiledVirtualService[] {
  const problems: string[] = [];
  // The cluster goes by age, then by this; manifests in git have no age.
  const ordered = VirtualService.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const compiled = ordered.map(({ where, name, namespace, spec }) => ({
    where,
    namespace,
    hosts: spec.hosts.map((host) => expandHost(host, namespace)),
    gateways: gatewaysOf(spec.gateways, namespace),
    exportTo: spec.exportTo,
    routes: spec.http.flatMap((http, index) => {
      try {
        const qualified = {
          ...http,
          match: http.match?.map((match) => ({
            ...match,
            ...(match.gateways && { gateways: gatewaysOf(match.gateways, namespace) }),
          })),
        };
        const route = compileRoute(qualified, {
          namespace,
          name: `${name}[${index}]`,
          meshRetries: meshConfig.defaultHttpRetryPolicy,
        });
        return [route];
      } catch (error) {
        problems.push(`${where}: spec.http[${index}]: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    }),
  }));
  if (problems.length > 0) throw new ManifestError(problems);
  return compiled;
}

function sortKey({ name, namespace }: Resource<VirtualServiceSpec>) {
  return `${name}.${namespace}`;
}

function gatewaysOf(gateways: readonly string[] | undefined, namespace: string) {
  return (gateways ?? ['mesh']).map((name) => (name === 'mesh' || name.includes('/') ? name : `${namespace}/${name}`));
}

/**
 * Virtual hosts of one gateway: VirtualServices of one host are merged, routes that match all go last, as Istio does.
 * @param gateway `namespace/name`
 */
export function gatewayHosts(
  gateway: { readonly name: string; readonly namespace: string; readonly hosts: readonly string[] },
  services: readonly CompiledVirtualService[],
): VirtualHost[] {
  const byHost = new Map<string, Route[]>();
  for (const service of services) {
    if (!service.gateways.includes(gateway.name)) continue;
    if (!exportedTo(service.exportTo, { from: service.namespace, to: gateway.namespace })) continue;
    for (const host of service.hosts.flatMap((name) => boundHosts(gateway, service.namespace, name)))
      byHost.set(host, [...(byHost.get(host) ?? []), ...service.routes]);
  }
  return [...byHost]
    .map(([host, routes]) => ({
      host,
      routes: [...routes.filter((r) => !r.matchesAll), ...routes.filter((r) => r.matchesAll)],
    }))
    .toSorted((a, b) => byHostSpecificity(a.host, b.host));
}

/** What of a VirtualService's host a Gateway's servers let it have; the narrower of two patterns. */
function boundHosts(gateway: { namespace: string; hosts: readonly string[] }, from: string, host: string): string[] {
  return gateway.hosts.flatMap((entry) => {
    const slash = entry.indexOf('/');
    const namespace = slash < 0 ? '*' : entry.slice(0, slash);
    const pattern = entry.slice(slash + 1);
    if (namespace !== '*' && namespace !== from && !(namespace === '.' && gateway.namespace === from)) return [];
    if (coversHost(pattern, host)) return [host];
    return coversHost(host, pattern) ? [pattern] : [];
  });
}

/**
 * Virtual hosts that callers of a namespace see.
 * @throws {ManifestError} when two VirtualServices are for one host: sidecars do not merge them, the younger is lost
 */
export function sidecarHosts(namespace: string, services: readonly CompiledVirtualService[]): VirtualHost[] {
  const hosts = new Map<string, { where: string; routes: readonly Route[] }>();
  for (const service of services) {
    if (!service.gateways.includes('mesh')) continue;
    if (!exportedTo(service.exportTo, { from: service.namespace, to: namespace })) continue;
    for (const host of service.hosts) {
      const other = hosts.get(host);
      if (other) throw new ManifestError([`${service.where}: host ${host} belongs to ${other.where} already`]);
      hosts.set(host, service);
    }
  }
  return [...hosts]
    .map(([host, { routes }]) => ({ host, routes }))
    .toSorted((a, b) => byHostSpecificity(a.host, b.host));
}

export function findVirtualHost(hosts: readonly VirtualHost[], host: string): VirtualHost | undefined {
  return hosts.find((candidate) => coversHost(candidate.host, host));
}
