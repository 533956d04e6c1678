import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Service } from '../contract/index.ts';
import { mariadbGrants, type Passwords, passwordOf, rabbitDefinitions, redisAcl } from '../topology/index.ts';
import { askManager } from './server-manager.ts';
import type { TestResource } from './test-resource.ts';

export type ServerKind = 'mariadb' | 'redis' | 'rabbitmq';

/** A server of the test's own, to be killed and started again. Its ports stay the same. */
export interface PrivateServer extends TestResource {
  /** For MARIADB_URL, REDIS_URL or AMQP_URL of that service. */
  url(service: Service | string): string;
  readonly rootUrl: string;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it on the data that is there, and waits until it can be logged in to. */
  start(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
}

/**
 * Starts a server with the users and rights of the services, and waits until it is ready. Disposing kills it.
 * @param options.clockSeconds how far its clock is ahead; the test file says `@needs faketime`
 * @param options.binaryLog whether a MariaDB writes and syncs it at each commit, as a primary with replicas does
 */
export async function startPrivate(
  kind: ServerKind,
  services: readonly Service[],
  options: { readonly binaryLog?: boolean; readonly clockSeconds?: number } = {},
): Promise<PrivateServer> {
  const passwords = Object.fromEntries(services.map(({ name }) => [name, randomBytes(16).toString('hex')]));
  const { id, url } = await askManager('/private', {
    answer: z.object({ id: z.string(), url: z.url() }),
    body: { ...declarations(kind, services, passwords), ...options },
  });
  const order = (path: string, body = {}) => askManager(`/private/${id}/${path}`, { answer: z.unknown(), body });
  const { protocol, host } = new URL(url);
  return {
    url(service) {
      const name = typeof service === 'string' ? service : service.name;
      const path = { mariadb: `/${name}`, redis: '', rabbitmq: '/ticketaka' }[kind];
      return `${protocol}//${name}:${passwordOf(passwords, name)}@${host}${path}`;
    },
    rootUrl: kind === 'rabbitmq' ? `${url}/ticketaka` : url,
    async kill() {
      await order('kill');
    },
    async start() {
      await order('start');
    },
    async pause() {
      await order('signal', { signal: 'SIGSTOP' });
    },
    async resume() {
      await order('signal', { signal: 'SIGCONT' });
    },
    async [Symbol.asyncDispose]() {
      await askManager(`/private/${id}`, { answer: z.unknown(), method: 'DELETE' });
    },
  };
}

function declarations(kind: ServerKind, services: readonly Service[], passwords: Passwords) {
  if (kind === 'mariadb') return { kind, statements: mariadbGrants(services, passwords) };
  if (kind === 'redis') return { kind, acl: redisAcl(services, passwords) };
  return { kind, definitions: rabbitDefinitions(services, passwords, { partial: true }) };
}
