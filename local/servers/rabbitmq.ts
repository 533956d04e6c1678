import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hashRabbitPassword, type RabbitDefinitions } from '@ticketaka/platform/topology';
import { type ChildSpec, untilListening } from '../process/index.ts';
import { findBinaries } from './binaries.ts';
import { endLeftOver } from './left-over.ts';
import { poll } from './poll.ts';
import { untilQueuesOnDisk } from './quorum-queues.ts';
import { reconcile } from './rabbitmq-reconcile.ts';

const run = promisify(execFile);

export interface RabbitmqPorts {
  readonly amqp: number;
  readonly management: number;
  /** Between Erlang nodes, of which there is one. */
  readonly distribution: number;
  readonly epmd: number;
}

export interface RabbitmqOptions {
  /** Everything of this instance is in here. */
  readonly dir: string;
  readonly ports: RabbitmqPorts;
  readonly rootPassword: string;
  /** Imported at each start. Users and bindings that are not in it are taken away. */
  readonly definitions: RabbitDefinitions;
}

/**
 * A RabbitMQ of its own on loopback, with an epmd of its own: one that Erlang starts by itself would stay for ever.
 * The root user may do everything, and has the management API.
 */
export async function prepareRabbitmq(options: RabbitmqOptions): Promise<{ epmd: ChildSpec; rabbitmq: ChildSpec }> {
  const { dir, ports, rootPassword } = options;
  const { rabbitmqServer, epmd } = findBinaries();
  const at = (name: string) => join(dir, name);
  await mkdir(at('home'), { recursive: true, mode: 0o700 });
  await endLeftOver(at('pid'), dir);
  // A first start that was cut off leaves half a database, which would not start again; nobody had used it.
  if (!existsSync(at('started'))) await rm(at('mnesia'), { recursive: true, force: true });

  const definitions = withRoot(options.definitions, rootPassword);
  await writeFile(at('definitions.json'), JSON.stringify(definitions, null, 2), { mode: 0o600 });
  await writeFile(at('enabled_plugins'), '[rabbitmq_management].\n');
  await writeFile(at('rabbitmq.conf'), configuration(dir, ports));

  const env = {
    HOME: at('home'),
    PATH: `${dirname(rabbitmqServer)}:${process.env['PATH'] ?? ''}:/usr/sbin:/usr/bin:/bin`,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_NODENAME: 'ticketaka@localhost',
    RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
    RABBITMQ_MNESIA_BASE: at('mnesia'),
    RABBITMQ_LOG_BASE: at('log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
    RABBITMQ_PID_FILE: at('pid'),
    RABBITMQ_GENERATED_CONFIG_DIR: at('generated'),
    RABBITMQ_SCHEMA_DIR: at('schema'),
    RABBITMQ_FEATURE_FLAGS_FILE: at('feature_flags'),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  };
  const evaluate = (expression: string) =>
    run(join(dirname(rabbitmqServer), 'rabbitmqctl'), ['eval', expression], { env: { ...process.env, ...env } });

  return {
    epmd: {
      name: 'epmd',
      command: epmd,
      args: ['-port', String(ports.epmd), '-address', '127.0.0.1'],
      ports: { epmd: ports.epmd },
      ready: (signal) => untilListening(ports.epmd, { signal }),
    },
    rabbitmq: {
      name: 'rabbitmq',
      command: '/bin/sh',
      // Without epmd the node would start one, so it waits for ours, in whatever order the two are started.
      args: [
        '-c',
        `until '${epmd}' -port ${ports.epmd} -names >/dev/null 2>&1; do sleep 0.1; done; exec "$0"`,
        rabbitmqServer,
      ],
      env,
      ports: { amqp: ports.amqp, management: ports.management, distribution: ports.distribution },
      // Quorum queues have on disk what they confirmed, and an orderly stop takes six seconds.
      stopSignal: 'SIGKILL',
      async ready(signal) {
        const url = `http://root:${rootPassword}@127.0.0.1:${ports.management}`;
        await poll(signal, () => reconcile(url, definitions));
        await untilListening(ports.amqp, { signal });
        await untilQueuesOnDisk(definitions.queues, { mnesia: at('mnesia'), evaluate, signal });
        await writeFile(at('started'), '');
      },
    },
  };
}

function withRoot(definitions: RabbitDefinitions, password: string): RabbitDefinitions {
  return {
    ...definitions,
    users: [
      ...definitions.users,
      {
        name: 'root',
        password_hash: hashRabbitPassword(password),
        hashing_algorithm: 'rabbit_password_hashing_sha256',
        tags: ['administrator'],
      },
    ],
    permissions: [
      ...definitions.permissions,
      ...definitions.vhosts.map(({ name }) => ({
        user: 'root',
        vhost: name,
        configure: '.*',
        write: '.*',
        read: '.*',
      })),
    ],
  };
}

function configuration(dir: string, ports: RabbitmqPorts) {
  const settings = {
    'listeners.tcp.default': `127.0.0.1:${ports.amqp}`,
    'management.tcp.ip': '127.0.0.1',
    'management.tcp.port': ports.management,
    load_definitions: join(dir, 'definitions.json'),
    'disk_free_limit.absolute': '200MB',
    'vm_memory_high_watermark.absolute': '512MB',
    // The default log of quorum queues, 512 MB, is for a machine of their own.
    'raft.wal_max_size_bytes': 64 * 1024 * 1024,
    'log.console': true,
    'log.console.level': 'warning',
    'log.file': false,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}
