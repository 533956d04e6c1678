import { type Egress, type Service, usesBroker } from '@ticketaka/platform/contract';
import { type Environment, type ExternalServer, isCluster } from './environment.ts';
import { usesFiles } from './workload-settings.ts';

/** A server that a service uses, under the name that its entry has. */
export interface UsedServer {
  readonly name: string;
  readonly server: ExternalServer;
  readonly protocol: Egress['protocol'];
}

/**
 * The stores that a service owns something in, the broker if it has messages, its egress, and in a cluster the file store.
 * @throws when the environment does not know a name of its egress
 */
export function externalServersOf(service: Service, environment: Environment): readonly UsedServer[] {
  const stores = {
    mariadb: service.owns.mariadb,
    rabbitmq: usesBroker(service),
    redis: service.owns.redis,
  };
  const used = (['mariadb', 'rabbitmq', 'redis'] as const)
    .filter((name) => stores[name])
    .map((name): UsedServer => ({ name, server: environment.stores[name], protocol: 'TCP' }));
  const egress = service.egress.map(({ name, protocol }): UsedServer => {
    const server = environment.egress[name];
    if (!server) throw new Error(`environment ${environment.name} does not say where ${service.name}'s ${name} is`);
    return { name, server, protocol: server.protocol ?? protocol };
  });
  // One machine keeps files in a directory.
  const files: UsedServer[] =
    isCluster(environment) && usesFiles(service)
      ? [{ name: 'files', server: environment.cluster.files, protocol: 'TLS' }]
      : [];
  return [...used, ...egress, ...files];
}
