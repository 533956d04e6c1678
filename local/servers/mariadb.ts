import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mariadb';
import type { ChildSpec } from '../process/child-spec.ts';
import { findBinaries } from './binaries.ts';
import { endLeftOver } from './left-over.ts';
import { poll } from './poll.ts';

const run = promisify(execFile);

export interface MariadbOptions {
  /** Everything of this instance is in here. */
  readonly dir: string;
  readonly port: number;
  readonly rootPassword: string;
  /** SQL that makes schemas and users, run at each start. */
  readonly statements: readonly string[];
  /** Users besides root; the others are dropped. @default all may stay */
  readonly users?: readonly string[];
  /** Logins that must work before the server counts as ready, as URLs. */
  readonly logins: readonly string[];
  /** false: a crash of the machine, though not of the process, may lose the last second. For tests. @default true */
  readonly durable?: boolean;
  /** Writes its binary log too, synced at each commit, as a primary with replicas does. @default false */
  readonly binaryLog?: boolean;
}

/** A MariaDB of its own on loopback. Makes the data folder if it is not there. */
export async function prepareMariadb(options: MariadbOptions): Promise<ChildSpec> {
  const { dir, port, rootPassword, durable = true, binaryLog = false } = options;
  const binaries = findBinaries();
  const data = join(dir, 'data');
  // Of its own: a server that starts deletes what it takes for left-overs, and in /tmp that may be another's.
  const temporary = join(dir, 'tmp');
  const asUser = process.getuid?.() === 0 ? ['--user=root'] : [];
  await mkdir(temporary, { recursive: true, mode: 0o700 });
  await endLeftOver(join(dir, 'pid'), dir);
  if (!existsSync(data)) {
    // Made beside and renamed, so that an interrupted installation is not taken for a finished one.
    const made = join(dir, 'data.new');
    await rm(made, { recursive: true, force: true });
    const settings = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'];
    // A relative path, since the script takes a space in one for its end.
    await run(binaries.mariadbInstallDb, ['--no-defaults', ...asUser, '--datadir=./data.new', ...settings], {
      cwd: dir,
      env: { ...process.env, TMPDIR: temporary },
    });
    await rename(made, data);
  }
  const init = join(dir, 'init.sql');
  const statements = [...rootStatements(rootPassword), ...options.statements];
  await writeFile(init, statements.map((statement) => `${statement};\n`).join(''), { mode: 0o600 });

  return {
    name: 'mariadb',
    command: binaries.mariadbd,
    args: [
      '--no-defaults',
      ...asUser,
      `--datadir=${data}`,
      `--tmpdir=${temporary}`,
      // Relative to the data folder, since the path of a socket may not be longer than 107 bytes.
      '--socket=s.sock',
      `--pid-file=${join(dir, 'pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_unicode_ci',
      '--default-time-zone=+00:00',
      '--max-connections=500',
      '--innodb-buffer-pool-size=64M',
      '--innodb-log-file-size=32M',
      `--innodb-flush-log-at-trx-commit=${durable ? 1 : 2}`,
      ...(binaryLog ? ['--server-id=1', '--log-bin=binlog', '--binlog-format=ROW', '--sync-binlog=1'] : []),
      `--init-file=${init}`,
    ],
    ports: { mariadb: port },
    async ready(signal) {
      await poll(signal, async () => {
        await query(`mariadb://root:${rootPassword}@127.0.0.1:${port}/mysql`, (root) =>
          dropStrangers(root, options.users),
        );
        for (const login of options.logins) await query(login, (connection) => connection('SELECT 1'));
      });
    },
  };
}

/** A new data folder has several roots without a password; this leaves the one that the platform uses. */
function rootStatements(password: string) {
  const root = `'root'@'127.0.0.1'`;
  return [
    `CREATE USER IF NOT EXISTS ${root}`,
    `ALTER USER ${root} IDENTIFIED BY '${password}'`,
    `GRANT ALL PRIVILEGES ON *.* TO ${root} WITH GRANT OPTION`,
    ...['localhost', '::1', hostname().toLowerCase()].flatMap((host) => [
      `DROP USER IF EXISTS 'root'@'${host}'`,
      `DROP USER IF EXISTS ''@'${host}'`,
    ]),
  ];
}

type Query = (sql: string) => Promise<unknown>;

async function query(url: string, work: (query: Query) => Promise<unknown>) {
  const connection = await createConnection(url);
  try {
    await work((sql) => connection.query(sql));
  } finally {
    await connection.end();
  }
}

/** Drops users that are no longer declared, so that their passwords stop working. Their schemas stay. */
async function dropStrangers(root: Query, users: readonly string[] | undefined) {
  if (!users) return;
  // The columns are what the statement names.
  const accounts = (await root('SELECT User, Host FROM mysql.user')) as { User: string; Host: string }[];
  for (const { User: user, Host: host } of accounts) {
    const ours = users.includes(user) && host === '%';
    const systems = user === 'mariadb.sys' || (user === 'root' && host === '127.0.0.1');
    if (!ours && !systems) await root(`DROP USER IF EXISTS '${user}'@'${host}'`);
  }
}
