import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChildSpec, Guard } from '@ticketaka/local/process/index';
import { freePorts, prepareMariadb, prepareRabbitmq, prepareRedis } from '@ticketaka/local/servers/index';
import type { RabbitDefinitions } from '@ticketaka/platform/topology';
import { skewedClock } from './skewed-clock.ts';
import { TestServer } from './test-server.ts';

/** What a server begins with, besides root, and how many seconds its clock is ahead. */
export type Wanted = { readonly clockSeconds?: number } & (
  | { readonly kind: 'mariadb'; readonly statements: readonly string[]; readonly binaryLog?: boolean }
  | { readonly kind: 'redis'; readonly acl: readonly string[] }
  | { readonly kind: 'rabbitmq'; readonly definitions: RabbitDefinitions }
);

export interface Running {
  /** As root. */
  readonly url: string;
  /** Of RabbitMQ. */
  readonly management?: string;
  /** Of Redis: how many numbered ones there are. */
  readonly databases?: number;
}

const nothing = {
  mariadb: { kind: 'mariadb', statements: [] },
  redis: { kind: 'redis', acl: ['user default off resetpass resetkeys resetchannels -@all'] },
  rabbitmq: {
    kind: 'rabbitmq',
    definitions: {
      vhosts: [{ name: 'ticketaka' }],
      users: [],
      permissions: [],
      topic_permissions: [],
      exchanges: [],
      queues: [],
      bindings: [],
    },
  },
} as const satisfies Record<string, Wanted>;

/** All servers of one run: those that tests share, each started when first asked for, and those that belong to one test. */
export class ServerPool {
  readonly #dir: string;
  readonly #guard: Guard;
  readonly #shared = new Map<string, Promise<Running>>();
  readonly #servers = new Map<string, TestServer>();
  readonly #starting = new Set<Promise<Running>>();
  #closed = false;

  constructor(dir: string, guard: Guard) {
    this.#dir = dir;
    this.#guard = guard;
  }

  shared(kind: Wanted['kind']): Promise<Running> {
    let running = this.#shared.get(kind);
    if (!running) {
      running = this.#start(`shared-${kind}`, nothing[kind]);
      this.#shared.set(kind, running);
    }
    return running;
  }

  async startPrivate(wanted: Wanted): Promise<Running & { readonly id: string }> {
    const id = randomBytes(6).toString('hex');
    return { ...(await this.#start(id, wanted)), id };
  }

  /** @throws when there is none of that id */
  private(id: string): TestServer {
    const server = this.#servers.get(id);
    if (!server) throw new Error(`there is no private server ${id}`);
    return server;
  }

  async removePrivate(id: string): Promise<void> {
    await this.private(id).kill();
    this.#servers.delete(id);
    await rm(join(this.#dir, id), { recursive: true, force: true });
  }

  /** Kills all of them, also those that are just being started. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#servers.values()].map((server) => server.kill()));
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#servers.values()].map((server) => server.kill()));
  }

  #start(id: string, wanted: Wanted): Promise<Running> {
    const starting = this.#prepare(id, wanted).then(async ({ specs, ...running }) => {
      if (this.#closed) throw new Error('the test run is over');
      const server = new TestServer(
        specs.map((spec) => skewed(spec, wanted)),
        { dir: join(this.#dir, id), guard: this.#guard },
      );
      this.#servers.set(id, server);
      await server.start();
      return running;
    });
    this.#starting.add(starting);
    const settled = () => this.#starting.delete(starting);
    starting.then(settled, settled);
    return starting;
  }

  async #prepare(id: string, wanted: Wanted): Promise<Running & { readonly specs: readonly ChildSpec[] }> {
    const dir = join(this.#dir, id);
    await mkdir(dir, { recursive: true });
    const rootPassword = randomBytes(16).toString('hex');
    const [port = 0, management = 0, distribution = 0, epmd = 0] = await freePorts(4);
    const url = (protocol: string, at: number) => `${protocol}://root:${rootPassword}@127.0.0.1:${at}`;
    const options = { dir, port, rootPassword, logins: [] };
    if (wanted.kind === 'mariadb') {
      // A test that kills its server means the disk to be right afterwards; the shared one is never killed.
      const durable = id !== 'shared-mariadb';
      const spec = await prepareMariadb({ ...options, ...wanted, durable });
      return { url: `${url('mariadb', port)}/mysql`, specs: [spec] };
    }
    if (wanted.kind === 'redis') {
      const databases = 4096;
      const spec = await prepareRedis({ ...options, acl: wanted.acl, databases });
      return { url: url('redis', port), databases, specs: [spec] };
    }
    const ports = { amqp: port, management, distribution, epmd };
    const specs = await prepareRabbitmq({ dir, ports, rootPassword, definitions: wanted.definitions });
    return { url: url('amqp', port), management: url('http', management), specs: [specs.epmd, specs.rabbitmq] };
  }
}

function skewed(spec: ChildSpec, { clockSeconds = 0 }: Wanted): ChildSpec {
  return clockSeconds === 0 ? spec : { ...spec, env: { ...spec.env, ...skewedClock(clockSeconds) } };
}
