import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a server's program may be, besides PATH: Debian keeps servers out of a user's PATH, Homebrew has two homes. */
const folders = [
  '/usr/sbin',
  '/usr/bin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/opt/homebrew/sbin',
  '/opt/homebrew/bin',
];

/** RabbitMQ's own scripts. Debian's wrappers of the same names insist on the system's user and folders. */
const rabbitFolders = [
  '/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin',
  '/opt/homebrew/opt/rabbitmq/sbin',
  '/usr/local/opt/rabbitmq/sbin',
];

export interface Binaries {
  readonly mariadbd: string;
  readonly mariadbInstallDb: string;
  readonly redisServer: string;
  readonly rabbitmqServer: string;
  readonly epmd: string;
}

/** A Debian package, for the programs in it. */
export interface ProgramPackage {
  /** What people call it. */
  readonly name: string;
  readonly package: string;
  /** What the package would start by itself. @default nothing */
  readonly units?: readonly string[];
  readonly programs: readonly string[];
}

/** Each server, with the Debian package that has it. */
export const servers = [
  { name: 'MariaDB', package: 'mariadb-server', units: ['mariadb'], programs: ['mariadbd', 'mariadb-install-db'] },
  { name: 'Redis', package: 'redis-server', units: ['redis-server'], programs: ['redis-server'] },
  {
    name: 'RabbitMQ',
    package: 'rabbitmq-server',
    // epmd comes with Erlang.
    units: ['rabbitmq-server', 'epmd.socket', 'epmd.service'],
    programs: ['rabbitmq-server', 'epmd'],
  },
] as const satisfies readonly ProgramPackage[];

/** Those of the packages that this machine does not have. */
export function missingOf(packages: readonly ProgramPackage[]): readonly ProgramPackage[] {
  return packages.filter(({ programs }) => programs.some((program) => findProgram(program) === undefined));
}

/** @throws when one is not installed */
export function findBinaries(): Binaries {
  return {
    mariadbd: need('mariadbd'),
    mariadbInstallDb: need('mariadb-install-db'),
    redisServer: need('redis-server'),
    rabbitmqServer: need('rabbitmq-server'),
    epmd: need('epmd'),
  };
}

function need(program: string) {
  const found = findProgram(program);
  if (!found) throw new Error(`${program} is not installed`);
  return found;
}

/** The path of a program, or undefined where it is not installed. */
export function findProgram(program: string): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  const where = program === 'rabbitmq-server' ? rabbitFolders.flatMap((glob) => globSync(glob)) : [...path, ...folders];
  return where.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(file: string) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
