import { type Service, usesBroker, workloadName } from '@ticketaka/platform/contract';

/** Names what `--only` asks for and nobody declares. */
export class UnknownService extends Error {
  override readonly name = 'UnknownService';
}

/** The services to start. @throws UnknownService */
export function selectServices(services: readonly Service[], only: readonly string[] | undefined): readonly Service[] {
  if (only === undefined) return services;
  const known = services.map(({ name }) => name);
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UnknownService(`there is no service ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return services.filter(({ name }) => only.includes(name));
}

/** The backing servers that they need, by the names of their processes. */
export function serversOf(services: readonly Service[]): ReadonlySet<string> {
  return new Set(services.flatMap(serversOfOne));
}

export function serversOfOne(service: Service): readonly string[] {
  return [
    ...(service.owns.mariadb ? ['mariadb'] : []),
    ...(service.owns.redis ? ['redis'] : []),
    ...(usesBroker(service) ? ['epmd', 'rabbitmq'] : []),
  ];
}

export interface SelectedWorkload {
  /** In the mesh: `auth-api`. */
  readonly name: string;
  readonly service: Service;
  readonly workload: string;
  readonly kind: 'http' | 'worker';
  /** Names of its processes: `auth-api`, or `performances-catalogue`, `performances-catalogue-2`. */
  readonly replicas: readonly string[];
}

/** What a laptop runs more than once: the catalogue is only itself when any of several replicas may answer. */
const replicaCounts: Readonly<Record<string, number>> = { 'performances-catalogue': 2 };

export function workloadsOf(services: readonly Service[]): readonly SelectedWorkload[] {
  return services.flatMap((service) =>
    Object.entries(service.workloads).map(([workload, { kind }]) => {
      const name = workloadName(service.name, workload);
      return { name, service, workload, kind, replicas: replicaNames(name) };
    }),
  );
}

function replicaNames(workload: string): string[] {
  const count = replicaCounts[workload] ?? 1;
  return Array.from({ length: count }, (_, index) => (index === 0 ? workload : `${workload}-${index + 1}`));
}
