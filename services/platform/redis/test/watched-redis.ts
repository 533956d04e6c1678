import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Service } from '../../contract/index.ts';
import { type TestResource, waitFor } from '../../testing/index.ts';
import { redisAclLine } from '../../topology/index.ts';

/** Two Redis servers and the three sentinels that say which of them is the master. */
export interface WatchedRedis extends TestResource {
  /** For REDIS_URL of the service. */
  readonly url: string;
  /** Number of the server that the sentinels take for the master; undefined while they agree on none. */
  master(): Promise<number | undefined>;
  /** SIGKILL to a server, or to a sentinel. */
  kill(what: 'server' | 'sentinel', number: number): Promise<void>;
  start(what: 'server' | 'sentinel', number: number): Promise<void>;
  /** Asks one server as root, on a connection for this alone: a change of roles closes all. */
  ask<T>(number: number, question: (root: Redis) => Promise<T>): Promise<T>;
}

const master = 'shop';
/** Of the Debian package; a sentinel is the same program. */
const command = 'redis-server';
/** After this silence a sentinel takes a server for lost. Long, for a machine that is busy. */
const silenceMs = 3_000;

/** The servers know the service by the rights that it has everywhere; the sentinels, by those to ask and to listen. */
export async function startWatchedRedis({ name }: Pick<Service, 'name'>): Promise<WatchedRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'watched-redis-'));
  const [password, rootPassword] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const ports = { server: await freePorts(2), sentinel: await freePorts(3) };
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const rootLine = `user root on #${hash(rootPassword)} ~* &* +@all`;
  const processes = new Map<string, ChildProcess>();

  const serverFile = (number: number) => [
    `port ${ports.server[number]}`,
    'bind 127.0.0.1',
    'save ""',
    'appendonly yes',
    'user default off',
    redisAclLine({ user: name, password, prefix: name }),
    rootLine,
    'masteruser root',
    `masterauth ${rootPassword}`,
    ...(number === 0 ? [] : [`replicaof 127.0.0.1 ${ports.server[0]}`]),
  ];
  const sentinelFile = (number: number) => [
    `port ${ports.sentinel[number]}`,
    'bind 127.0.0.1',
    'user default off',
    rootLine,
    `user ${name} on #${hash(password)} resetchannels &+switch-master -@all +auth +hello +ping +client|setname +subscribe +sentinel|get-master-addr-by-name +sentinel|sentinels`,
    'sentinel sentinel-user root',
    `sentinel sentinel-pass ${rootPassword}`,
    `sentinel monitor ${master} 127.0.0.1 ${ports.server[0]} 2`,
    `sentinel auth-user ${master} root`,
    `sentinel auth-pass ${master} ${rootPassword}`,
    `sentinel down-after-milliseconds ${master} ${silenceMs}`,
    `sentinel failover-timeout ${master} 10000`,
  ];

  async function start(what: 'server' | 'sentinel', number: number) {
    const own = join(dir, `${what}-${number}`);
    const file = join(own, 'redis.conf');
    // What it wrote into its file since is its state.
    if ((await mkdir(own, { recursive: true })) !== undefined) {
      const lines = what === 'server' ? serverFile(number) : sentinelFile(number);
      await writeFile(file, [...lines, `dir ${own}`, ''].join('\n'), { mode: 0o600 });
    }
    const child = spawn(command, what === 'server' ? [file] : [file, '--sentinel'], { stdio: 'ignore' });
    processes.set(`${what}-${number}`, child);
    await waitFor(() => answers(ports[what][number] ?? 0));
  }

  async function answers(port: number) {
    const client = rootOf(port);
    try {
      return (await client.ping()) === 'PONG';
    } catch {
      return false;
    } finally {
      client.disconnect();
    }
  }

  function rootOf(port: number) {
    const client = new Redis({ port, username: 'root', password: rootPassword, retryStrategy: () => null });
    // Each command fails by itself.
    client.on('error', () => undefined);
    return client;
  }

  async function masterBy(port: number): Promise<number> {
    const sentinel = rootOf(port);
    try {
      const reply = await sentinel.call('SENTINEL', 'get-master-addr-by-name', master);
      return ports.server.indexOf(Number(Array.isArray(reply) ? reply[1] : undefined));
    } catch {
      return -1;
    } finally {
      sentinel.disconnect();
    }
  }

  async function kill(what: 'server' | 'sentinel', number: number) {
    const child = processes.get(`${what}-${number}`);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  const killAll = () => {
    for (const child of processes.values()) child.kill('SIGKILL');
  };
  process.once('exit', killAll);
  for (const number of ports.server.keys()) await start('server', number);
  for (const number of ports.sentinel.keys()) await start('sentinel', number);
  await waitFor(() => allKnown(ports.sentinel.map(rootOf)));

  const sentinels = ports.sentinel.map((port) => `sentinel=127.0.0.1:${port}`).join('&');
  return {
    url: `redis+sentinel://${name}:${password}@${master}?${sentinels}`,
    async master() {
      const said = new Set(await Promise.all(ports.sentinel.map(masterBy)));
      said.delete(-1);
      return said.size === 1 ? [...said][0] : undefined;
    },
    kill,
    start,
    async ask(number, question) {
      const root = rootOf(ports.server[number] ?? 0);
      try {
        return await question(root);
      } finally {
        root.disconnect();
      }
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', killAll);
      for (const key of processes.keys()) {
        const [what, number] = key.split('-');
        await kill(what === 'server' ? 'server' : 'sentinel', Number(number));
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Whether each sentinel knows the replica and the other two: until then they cannot agree on another master. */
async function allKnown(sentinels: readonly Redis[]): Promise<boolean> {
  try {
    const known = await Promise.all(
      sentinels.map(async (sentinel) => {
        const fields = await sentinel.call('SENTINEL', 'master', master);
        const list = Array.isArray(fields) ? fields.map(String) : [];
        const field = (key: string) => list[list.indexOf(key) + 1];
        return field('num-slaves') === '1' && field('num-other-sentinels') === '2';
      }),
    );
    return known.every(Boolean);
  } catch {
    return false;
  } finally {
    for (const sentinel of sentinels) sentinel.disconnect();
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  // A server that listens on TCP has an address with a port.
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
