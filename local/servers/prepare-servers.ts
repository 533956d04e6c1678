import { join } from 'node:path';
import { type Service, usesBroker } from '@ticketaka/platform/contract';
import { mariadbGrants, rabbitDefinitions, redisAcl } from '@ticketaka/platform/topology';
import type { ChildSpec } from '../process/child-spec.ts';
import { freePorts } from './free-ports.ts';
import { prepareMariadb } from './mariadb.ts';
import { prepareRabbitmq, type RabbitmqPorts } from './rabbitmq.ts';
import { prepareRedis } from './redis.ts';
import type { Secrets } from './secrets.ts';

export interface ServerOptions {
  /** Data of all servers, a folder for each. */
  readonly dir: string;
  /** All services, also those that will not be started: what is not declared here is taken away. */
  readonly services: readonly Service[];
  /** @default free ones, other ones at each start */
  readonly ports?: Partial<RabbitmqPorts & { readonly mariadb: number; readonly redis: number }>;
  readonly secrets: Secrets;
}

/** The variables of a service's workloads; only those of servers that it declares. */
export interface ServerUrls {
  readonly MARIADB_URL?: string;
  readonly REDIS_URL?: string;
  readonly AMQP_URL?: string;
}

export interface ServerSet {
  /** MariaDB, Redis, epmd and RabbitMQ. They may be started in any order, and all at once. */
  readonly specs: readonly ChildSpec[];
  urls(service: Service): ServerUrls;
  /** For tools of the operator. */
  readonly root: {
    readonly mariadb: string;
    readonly redis: string;
    readonly amqp: string;
    readonly management: string;
  };
}

/**
 * Prepares private servers on loopback, with a user for each service that has the rights of its declaration and no
 * other. Nothing is started yet. Data that is there is kept; servers of an earlier run that still hold it are ended.
 */
export async function prepareServers({ dir, services, ports = {}, secrets }: ServerOptions): Promise<ServerSet> {
  const free = (await freePorts(6)).values();
  const port = (given: number | undefined) => given ?? free.next().value ?? 0;
  const mariadbPort = port(ports.mariadb);
  const redisPort = port(ports.redis);
  const rabbitPorts = {
    amqp: port(ports.amqp),
    management: port(ports.management),
    distribution: port(ports.distribution),
    epmd: port(ports.epmd),
  };
  const passwords = (server: string) =>
    Object.fromEntries(services.map(({ name }) => [name, secrets.password(`${server}/${name}`)]));
  const [mariadb, redis, rabbitmq] = [passwords('mariadb'), passwords('redis'), passwords('rabbitmq')];
  const rootOf = (server: string) => `root:${secrets.password(`${server}/root`)}`;
  const urls = (service: Service): ServerUrls => ({
    ...(service.owns.mariadb && {
      MARIADB_URL: `mariadb://${service.name}:${mariadb[service.name]}@127.0.0.1:${mariadbPort}/${service.name}`,
    }),
    ...(service.owns.redis && { REDIS_URL: `redis://${service.name}:${redis[service.name]}@127.0.0.1:${redisPort}` }),
    ...(usesBroker(service) && {
      AMQP_URL: `amqp://${service.name}:${rabbitmq[service.name]}@127.0.0.1:${rabbitPorts.amqp}/ticketaka`,
    }),
  });
  const logins = (name: keyof ServerUrls) => services.flatMap((service) => urls(service)[name] ?? []);

  const [mariadbSpec, redisSpec, rabbitSpecs] = await Promise.all([
    prepareMariadb({
      dir: join(dir, 'mariadb'),
      port: mariadbPort,
      rootPassword: secrets.password('mariadb/root'),
      statements: mariadbGrants(services, mariadb),
      users: services.filter(({ owns }) => owns.mariadb).map(({ name }) => name),
      logins: logins('MARIADB_URL'),
    }),
    prepareRedis({
      dir: join(dir, 'redis'),
      port: redisPort,
      rootPassword: secrets.password('redis/root'),
      acl: redisAcl(services, redis),
      logins: logins('REDIS_URL'),
    }),
    prepareRabbitmq({
      dir: join(dir, 'rabbitmq'),
      ports: rabbitPorts,
      rootPassword: secrets.password('rabbitmq/root'),
      definitions: rabbitDefinitions(services, rabbitmq),
    }),
  ]);
  return {
    specs: [mariadbSpec, redisSpec, rabbitSpecs.epmd, rabbitSpecs.rabbitmq],
    urls,
    root: {
      mariadb: `mariadb://${rootOf('mariadb')}@127.0.0.1:${mariadbPort}/mysql`,
      redis: `redis://${rootOf('redis')}@127.0.0.1:${redisPort}`,
      amqp: `amqp://${rootOf('rabbitmq')}@127.0.0.1:${rabbitPorts.amqp}/ticketaka`,
      management: `http://${rootOf('rabbitmq')}@127.0.0.1:${rabbitPorts.management}`,
    },
  };
}
