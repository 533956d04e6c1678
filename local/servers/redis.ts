import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { ChildSpec } from '../process/child-spec.ts';
import { findBinaries } from './binaries.ts';
import { endLeftOver } from './left-over.ts';
import { poll } from './poll.ts';

export interface RedisOptions {
  /** Everything of this instance is in here. */
  readonly dir: string;
  readonly port: number;
  readonly rootPassword: string;
  /** Lines of the ACL file, read at each start. */
  readonly acl: readonly string[];
  /** Logins that must work before the server counts as ready, as URLs. */
  readonly logins: readonly string[];
  /** @default 16 */
  readonly databases?: number;
}

/** A Redis of its own on loopback, that keeps what it had when it is killed. */
export async function prepareRedis(options: RedisOptions): Promise<ChildSpec> {
  const { dir, port, rootPassword, databases = 16 } = options;
  const { redisServer } = findBinaries();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await endLeftOver(join(dir, 'pid'), dir);
  const aclFile = join(dir, 'users.acl');
  const hash = createHash('sha256').update(rootPassword).digest('hex');
  const lines = [...options.acl, `user root on resetpass #${hash} ~* &* +@all`];
  await writeFile(aclFile, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });

  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    pidfile: join(dir, 'pid'),
    aclfile: aclFile,
    databases: String(databases),
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    daemonize: 'no',
    // The folder has to be in the process's title, or a left-over could not be told from somebody else's Redis.
    'proc-title-template': '{title} {config-file} {listen-addr}',
  };
  const configuration = join(dir, 'redis.conf');
  await writeFile(
    configuration,
    Object.entries(settings)
      .map(([name, value]) => `${name} "${value}"\n`)
      .join(''),
  );

  return {
    name: 'redis',
    command: redisServer,
    args: [configuration],
    ports: { redis: port },
    async ready(signal) {
      const logins = [`redis://root:${rootPassword}@127.0.0.1:${port}`, ...options.logins];
      await poll(signal, async () => {
        for (const login of logins) await ping(login);
      });
    },
  };
}

async function ping(url: string) {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {
    // The same failure rejects connect() below.
  });
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
