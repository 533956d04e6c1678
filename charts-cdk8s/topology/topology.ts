import { isDeepStrictEqual } from 'node:util';
import { type Route, type Service, workloadName, workloadOf } from '@ticketaka/platform/contract';
import { callerWorkloads } from '@ticketaka/platform/topology';
import { bySpecificity, covers, overlap } from './path-pattern.ts';

/** A workload as the mesh sees it. */
export interface WorkloadNode {
  readonly service: Service;
  /** Its name in the mesh: `auth-api`. */
  readonly name: string;
  readonly kind: 'http' | 'worker';
  /** Routes that it answers, the most specific first. */
  readonly routes: readonly Route[];
}

/** Who there is, and who may call whom. */
export interface Topology {
  readonly services: readonly Service[];
  readonly workloads: readonly WorkloadNode[];
  /** The workload that answers a route. */
  workloadOf(route: Route): WorkloadNode;
  /** Names of the workloads of the services that declare the call. */
  callersOf(route: Route): readonly string[];
  /** Workloads that this one may call. */
  calleesOf(workload: WorkloadNode): readonly WorkloadNode[];
}

/**
 * @throws when a service calls a route of a service that is not there, two services have one name, or two routes match
 *   one request and neither is the more specific, so that who answers would depend on an order
 */
export function topologyOf(services: readonly Service[]): Topology {
  const workloads = services.flatMap(workloadsOf);
  const find = (route: Route): WorkloadNode => {
    const service = services.find((candidate) => candidate.name === route.service);
    const name = service && workloadName(service.name, workloadOf(service, route));
    const found = workloads.find((workload) => workload.name === name);
    if (!found) throw new Error(`${route.service}.${route.name} is called, but no such service is declared`);
    return found;
  };
  checkNames(services);
  checkOverlaps(services);
  for (const call of services.flatMap((service) => service.calls)) find(call);
  return {
    services,
    workloads,
    workloadOf: find,
    callersOf: (route) => callerWorkloads(services, route),
    calleesOf: ({ service }) => [...new Set(service.calls.map(find))].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Routes that a client outside the mesh may ask for. */
export function isExposed(route: Route): boolean {
  return route.access.level !== 'internal';
}

/** Routes that nobody may call without a token. */
export function needsToken(route: Route): boolean {
  return route.access.level === 'member' || route.access.level === 'role';
}

function workloadsOf(service: Service): WorkloadNode[] {
  const routes = Object.values(service.api?.routes ?? {});
  return Object.entries(service.workloads).map(([name, { kind }]) => ({
    service,
    name: workloadName(service.name, name),
    kind,
    routes: routes.filter((route) => workloadOf(service, route) === name).toSorted(byPathThenMethod),
  }));
}

function byPathThenMethod(a: Route, b: Route): number {
  return bySpecificity(a.fullPath, b.fullPath) || (a.method < b.method ? -1 : 1);
}

function checkNames(services: readonly Service[]): void {
  const names = services.map((service) => service.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`two services are called ${twice}`);
}

/** Whichever of the two a request is taken for, the same workload answers it for the same callers. */
function sameTreatment(services: readonly Service[], a: Route, b: Route): boolean {
  const service = services.find(({ name }) => name === a.service);
  if (!service || workloadOf(service, a) !== workloadOf(service, b)) return false;
  return isDeepStrictEqual(a.access, b.access);
}

function checkOverlaps(services: readonly Service[]): void {
  const routes = services.flatMap((service) => Object.values(service.api?.routes ?? {}));
  for (const [index, a] of routes.entries()) {
    for (const b of routes.slice(index + 1)) {
      if (a.method !== b.method || !overlap(a.fullPath, b.fullPath)) continue;
      const ordered = covers(a.fullPath, b.fullPath) !== covers(b.fullPath, a.fullPath);
      if (a.service === b.service && (ordered || sameTreatment(services, a, b))) continue;
      throw new Error(
        `${a.service}.${a.name} (${a.fullPath}) and ${b.service}.${b.name} (${b.fullPath}) match the same ${a.method} requests`,
      );
    }
  }
}
