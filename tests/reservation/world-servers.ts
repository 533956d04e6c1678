import { emailRealtime } from '@ticketaka/mail/api';
import { defineService } from '@ticketaka/platform/contract';
import {
  createTestBroker,
  createTestDatabase,
  createTestRedis,
  type PrivateServer,
  startPrivate,
  type TestBroker,
  type TestResource,
} from '@ticketaka/platform/testing';
import { service } from '../../services/reservation/service.ts';
import type { Servers } from '../../services/reservation/test/reservation-server.ts';
import { listener } from './listener.ts';
import { by, locationOf, type Proxy, startProxy } from './proxy.ts';
import { revisedQueries } from './revised-queries.ts';

type Kind = 'mariadb' | 'redis' | 'rabbitmq';
type Proxied = 'mariadb' | 'redis';

export interface WorldServersOptions {
  /** Servers that are to be broken: those are this world's own. */
  readonly own?: readonly Kind[];
  /** Seconds that the clock of a server of this world's own is ahead. */
  readonly clocks?: { readonly [Of in Kind]?: number };
  /** Which servers a proxy stands before. */
  readonly proxied?: readonly Proxied[];
  /** A Redis that is there already, behind a proxy. */
  readonly redis?: { readonly url: string; readonly rootUrl: string };
  /** Changes each statement on its way to MariaDB: a guard that is written in SQL, switched off. */
  readonly reviseSql?: (sql: string) => string;
}

export interface WorldServers extends TestResource {
  /** Where they are. */
  readonly direct: Servers;
  /** Where the service finds them: at a proxy, where there is one. */
  readonly behind: Servers;
  readonly redisRootUrl: string;
  /** For whoever listens to what the service tells. */
  readonly listenerUrl: string;
  /** When RabbitMQ is shared with others. */
  readonly broker: TestBroker | undefined;
  /** Those of its own. */
  readonly own: { readonly [Of in Kind]: PrivateServer | undefined };
  readonly proxies: { readonly [Of in Proxied]: Proxy | undefined };
}

/** Whoever takes what is to be mailed. */
const mail = defineService({
  name: 'mail',
  summary: 'Takes mails',
  workloads: { worker: { kind: 'worker', scale: { min: 1, max: 1 } } },
  consumes: [{ message: emailRealtime, queue: 'email.realtime' }],
});

/** What the service stands on, and what is between. */
export async function openWorldServers(options: WorldServersOptions): Promise<WorldServers> {
  const { redis: given, reviseSql } = options;
  await using started = new AsyncDisposableStack();
  const declared = [service, mail, listener];
  const priv = async (kind: Kind) =>
    options.own?.includes(kind)
      ? started.use(await startPrivate(kind, declared, { clockSeconds: options.clocks?.[kind] ?? 0 }))
      : undefined;
  const [mariadb, redis, rabbitmq] = await Promise.all([priv('mariadb'), priv('redis'), priv('rabbitmq')]);
  const mariadbUrl = mariadb?.url(service) ?? started.use(await createTestDatabase(service)).url;
  const { url: redisUrl, rootUrl: redisRootUrl } = redis
    ? { url: redis.url(service), rootUrl: redis.rootUrl }
    : (given ?? started.use(await createTestRedis(service)));
  const broker = rabbitmq ? undefined : started.use(await createTestBroker(declared));
  const amqp = rabbitmq ?? broker;
  const direct: Servers = { mariadb: mariadbUrl, redis: redisUrl, amqp: amqp?.url(service) ?? '' };

  const proxyOf = async (kind: Proxied, revise?: (bytes: Buffer) => Buffer) =>
    started.use(await startProxy(locationOf(direct[kind]), revise));
  const isProxied = (kind: Proxied) => options.proxied?.includes(kind) ?? false;
  const proxies = {
    mariadb:
      reviseSql || isProxied('mariadb')
        ? await proxyOf('mariadb', reviseSql && ((bytes) => revisedQueries(bytes, reviseSql)))
        : undefined,
    redis: given || isProxied('redis') ? await proxyOf('redis') : undefined,
  };
  const stack = started.move();
  return {
    direct,
    behind: {
      ...direct,
      ...(proxies.mariadb && { mariadb: by(proxies.mariadb, direct.mariadb) }),
      ...(proxies.redis && { redis: by(proxies.redis, direct.redis) }),
    },
    redisRootUrl,
    listenerUrl: amqp?.url(listener) ?? '',
    broker,
    own: { mariadb, redis, rabbitmq },
    proxies,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
