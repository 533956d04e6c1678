import { type PrivateServer, startPrivate, waitFor } from '@ticketaka/platform/testing';
import { Redis } from 'ioredis';
import { service } from '../../services/reservation/service.ts';
import { locationOf, type Proxy, startProxy } from './proxy.ts';

interface Node {
  readonly server: PrivateServer;
  readonly root: Redis;
}

/** Two servers of Redis, of which one copies the other by way of a link that can be held up. */
export interface RedisPair extends AsyncDisposable {
  /** Of the service: where it was the primary at the beginning, to be put behind a proxy. */
  readonly url: string;
  readonly rootUrl: string;
  /** Resolves when the replica has all that was written until now, and hears nothing from then on. */
  lag(): Promise<void>;
  /** The primary dies, and the replica takes over with what it has. @param service where the service connects to */
  failOver(service: Proxy): Promise<void>;
  /** The one that died comes back as the replica of the other. */
  comeBack(): Promise<void>;
}

export async function startRedisPair(): Promise<RedisPair> {
  await using started = new AsyncDisposableStack();
  const start = async (): Promise<Node> => {
    const server = started.use(await startPrivate('redis', [service]));
    const root = new Redis(server.rootUrl);
    root.on('error', () => undefined);
    started.defer(async () => root.disconnect());
    return { server, root };
  };
  let [primary, replica] = await Promise.all([start(), start()]);
  const { url, rootUrl } = { url: primary.server.url(service), rootUrl: primary.server.rootUrl };
  const link = started.use(await startProxy(locationOf(rootUrl)));
  await copyUsers(primary.root, replica.root);
  await follow();
  const stack = started.move();

  /** The replica copies the primary, and has done so. */
  async function follow() {
    const { username, password } = new URL(primary.server.rootUrl);
    link.target = locationOf(primary.server.rootUrl).port;
    link.toClient = async () => true;
    await replica.root.config('SET', 'masteruser', username, 'masterauth', password);
    await replica.root.replicaof('127.0.0.1', link.port);
    await waitFor(async () => /master_link_status:up/.test(await replica.root.info('replication')), {
      timeoutMs: 30_000,
      what: 'the replica',
    });
  }

  return {
    url,
    rootUrl,
    async lag() {
      const written = /master_repl_offset:(\d+)/.exec(await primary.root.info('replication'))?.[1];
      await waitFor(async () => {
        const [, offset = '-1'] = /slave_repl_offset:(\d+)/.exec(await replica.root.info('replication')) ?? [];
        return Number(offset) >= Number(written);
      });
      link.toClient = async () => false;
    },
    async failOver(connected) {
      await primary.server.kill();
      link.cut();
      await replica.root.replicaof('NO', 'ONE');
      [primary, replica] = [replica, primary];
      connected.target = locationOf(primary.server.rootUrl).port;
      connected.cut();
    },
    async comeBack() {
      await replica.server.start();
      await waitFor(() => replica.root.ping());
      await follow();
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

/** They are no data, and are not replicated. */
async function copyUsers(from: Redis, to: Redis) {
  // A reply of ACL LIST is lines of an ACL file.
  const lines = (await from.call('ACL', 'LIST')) as string[];
  for (const line of lines) {
    const [, name = '', ...rules] = line.split(' ');
    if (name !== 'root' && name !== 'default') await to.call('ACL', 'SETUSER', name, ...rules);
  }
  await to.call('ACL', 'SAVE');
}
