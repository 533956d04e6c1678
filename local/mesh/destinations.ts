/** From a route's destination to addresses on this machine: DestinationRules, subsets, ports of external hosts. */
import { coversHost, expandHost, exportedTo, selects } from './host-names.ts';
import type { ExternalHost, MeshService, Registry, Replica } from './registry.ts';
import type { Destination } from './route.ts';
import type { Resources } from './supported-fields.ts';
import type { DestinationRuleSpec } from './supported-networking.ts';

/** Where an attempt may go. */
export interface Upstream {
  /** The full host, with subset; also what load balancing remembers its turns by. */
  readonly name: string;
  /** Empty when nothing of it runs. */
  readonly candidates: readonly Target[];
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly balance: 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'RANDOM';
}

export interface Target {
  readonly host: string;
  readonly port: number;
  /** With it, the workload's own policies are asked first. */
  readonly callee?: { readonly replica: Replica; readonly port: number };
}

const defaultConnectTimeout = 10_000;

/** Finds the upstream of a destination, as callers of a namespace see it. */
export type ResolveDestination = (
  destination: Destination,
  asked: { readonly host: string; readonly port: number },
) => Upstream | undefined;

export function compileDestinations(resources: Resources, registry: Registry, namespace: string): ResolveDestination {
  const rules = resources.DestinationRule.filter(({ spec, namespace: from }) =>
    exportedTo(spec.exportTo, { from, to: namespace }),
  ).map(({ spec, namespace: from }) => ({ host: expandHost(spec.host, from), spec }));

  return (destination, asked) => {
    const rule = (
      rules.find(({ host }) => host === destination.host) ??
      rules.find(({ host }) => coversHost(host, destination.host))
    )?.spec;
    const settings = {
      connectTimeout: rule?.trafficPolicy?.connectionPool?.tcp?.connectTimeout ?? defaultConnectTimeout,
      balance: rule?.trafficPolicy?.loadBalancer?.simple ?? 'LEAST_REQUEST',
    } as const;
    const service = registry.services.get(destination.host);
    if (service) {
      const labels = subsetLabels(rule, destination.subset);
      const port = portOf(service, destination.port);
      if (!labels || !port) return undefined;
      return {
        ...settings,
        name: destination.subset ? `${service.host}/${destination.subset}` : service.host,
        candidates: service.replicas
          .filter((replica) => selects(labels, replica.labels))
          .map((replica) => ({
            host: replica.host,
            port: replica.port,
            callee: { replica, port: port.targetPort },
          })),
      };
    }
    const external = registry.externals.find(({ pattern }) => coversHost(pattern, destination.host));
    const candidates = external && externalTargets(external, destination.port ?? asked.port, destination.host);
    return candidates && { ...settings, name: destination.host, candidates };
  };
}

function subsetLabels(rule: DestinationRuleSpec | undefined, subset: string | undefined) {
  if (subset === undefined) return {};
  const found = rule?.subsets?.find(({ name }) => name === subset);
  return found && (found.labels ?? {});
}

/** The port of a destination; without one, the only port of the service. */
export function portOf(service: MeshService, number: number | undefined) {
  if (number === undefined) return service.ports.length === 1 ? service.ports[0] : undefined;
  return service.ports.find((port) => port.number === number);
}

/** Addresses of an external host for a port that its ServiceEntry declares; undefined for any other port. */
export function externalTargets(external: ExternalHost, number: number, host: string): Target[] | undefined {
  const { ports, endpoints } = external.spec;
  const port = ports.find((candidate) => candidate.number === number);
  if (!port) return undefined;
  const targetPort = port.targetPort ?? port.number;
  if (!endpoints) return [{ host, port: targetPort }];
  return endpoints.map(({ address, ports: own }) => ({ host: address, port: own?.[port.name] ?? targetPort }));
}
