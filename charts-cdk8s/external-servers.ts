import { type Egress, type Service, usesBroker } from '@ticketaka/platform/contract';
import { type Environment, type ExternalServer, isCluster } from './environment.ts';
import { usesFiles } from './workload-settings.ts';

/** A server that a service uses, under the name that its entry has. */
export interface UsedServer {
  readonly name: string;
  readonly server: ExternalServer;
  readonly protocol: Egress['protocol'];
  /** What else it listens on, by what that is: one host has one entry for all of its ports. */
  readonly morePorts?: Readonly<Record<string, number>>;
}

/**
 * The stores that a service owns something in, the broker if it has messages, its egress, and in a cluster the file store.
 * @throws when the environment does not know a name of its egress
 */
export function externalServersOf(service: Service, environment: Environment): readonly UsedServer[] {
  const { mariadb, rabbitmq, redis } = environment.stores;
  const stores: UsedServer[] = [
    ...(service.owns.mariadb ? [{ name: 'mariadb', server: mariadb, protocol: 'TCP' as const }] : []),
    ...(usesBroker(service) ? [{ name: 'rabbitmq', server: rabbitmq, protocol: 'TCP' as const }] : []),
    ...(service.owns.redis ? redisServers(redis) : []),
  ];
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
  return [...stores, ...egress, ...files];
}

/** Of several that take over from each other, each by itself: an entry for all would send to any of them. */
function redisServers(redis: Environment['stores']['redis']): readonly UsedServer[] {
  if (!('nodes' in redis)) return [{ name: 'redis', server: redis, protocol: redis.tls === true ? 'TLS' : 'TCP' }];
  const { port, sentinelPort, nodes } = redis;
  return nodes.map(({ host, address }, index) => ({
    name: `redis-${index + 1}`,
    server: { host, port, addresses: [address] },
    protocol: 'TCP',
    morePorts: { sentinel: sentinelPort },
  }));
}
