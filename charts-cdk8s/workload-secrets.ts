import { usesBroker } from '@ticketaka/platform/contract';
import type { ClusterEnvironment } from './environment.ts';
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
      REDIS_URL: url('redis', (secret) => `redis://${user}:${secret}@${redis.host}:${redis.port}`),
    }),
    ...settingsOf(name, environment).secrets,
  };
}
