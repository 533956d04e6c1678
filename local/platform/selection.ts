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
}

export function workloadsOf(services: readonly Service[]): readonly SelectedWorkload[] {
  return services.flatMap((service) =>
    Object.entries(service.workloads).map(([workload, { kind }]) => ({
      name: workloadName(service.name, workload),
      service,
      workload,
      kind,
    })),
  );
}
