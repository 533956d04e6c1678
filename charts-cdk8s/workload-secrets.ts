import { usesBroker } from '@ticketaka/platform/contract';
import type { ClusterEnvironment, Environment } from './environment.ts';
import type { WorkloadNode } from './topology/topology.ts';
import { type SecretValue, settingsOf } from './workload-settings.ts';

/**
 * The variables of a workload that hold a secret: the URLs of its own stores, and what its settings add. In git there
 * are templates only; the passwords are put in by External Secrets, in the cluster.
 */
export function secretsOf(
  { name, service }: WorkloadNode,
  environment: ClusterEnvironment,
): Readonly<Record<string, SecretValue>> {
  const { mariadb, redis, rabbitmq } = environment.stores;
  const user = service.name;
  const url = (property: string, template: (password: string) => string): SecretValue => ({
    properties: [property],
    template: template(`{{ .${property} | urlquery }}`),
  });
  return {
    ...(usesBroker(service) && {
      AMQP_URL: url('rabbitmq', (secret) => `amqp://${user}:${secret}@${rabbitmq.host}:${rabbitmq.port}/ticketaka`),
    }),
    ...(service.owns.mariadb && {
      MARIADB_URL: url('mariadb', (secret) => `mariadb://${user}:${secret}@${mariadb.host}:${mariadb.port}/${user}`),
    }),
    ...(service.owns.redis && {
      REDIS_URL: url('redis', (secret) => redisUrl(redis, `${user}:${secret}`)),
    }),
    ...settingsOf(name, environment).secrets,
  };
}

/** As the platform's `parseRedisUrl` reads it. */
function redisUrl(redis: Environment['stores']['redis'], login: string): string {
  if (!('nodes' in redis)) return `${redis.tls === true ? 'rediss' : 'redis'}://${login}@${redis.host}:${redis.port}`;
  const sentinels = redis.nodes.map(({ host }) => `sentinel=${host}:${redis.sentinelPort}`);
  return `redis+sentinel://${login}@${redis.master}?${sentinels.join('&')}`;
}
