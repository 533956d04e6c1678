import { join, resolve } from 'node:path';

/** The root of the repository. */
export const root = join(import.meta.dirname, '../..');

/** The Node that package.json names, for every process of our own. */
export const node = join(root, 'node_modules/.bin/node');

/** Everything that a platform on this machine keeps, below one folder. */
export interface Paths {
  readonly home: string;
  /** Generated passwords (0600). */
  readonly secrets: string;
  /** Of the backing servers. */
  readonly data: string;
  readonly keys: string;
  /** Private signing keys (0600). */
  readonly keySet: string;
  readonly jwks: string;
  readonly manifests: string;
  readonly endpoints: string;
  /** Uploaded files. */
  readonly files: string;
  /** What each replica of the catalogue knew last. */
  readonly snapshots: string;
  readonly logs: string;
  readonly run: string;
  readonly lock: string;
  readonly state: string;
  /** Ports of the last run, to have them again. */
  readonly ports: string;
}

/** @param home relative to where the command was typed. @default `.local` at the root of the repository */
export function pathsOf(home?: string): Paths {
  const at = home === undefined ? join(root, '.local') : resolve(process.env['INIT_CWD'] ?? '.', home);
  return {
    home: at,
    secrets: join(at, 'secrets.json'),
    data: join(at, 'data'),
    keys: join(at, 'keys'),
    keySet: join(at, 'keys/keyset.json'),
    jwks: join(at, 'keys/jwks.json'),
    manifests: join(at, 'manifests'),
    endpoints: join(at, 'mesh/endpoints.json'),
    files: join(at, 'data/files'),
    snapshots: join(at, 'data/catalogue'),
    logs: join(at, 'log'),
    run: join(at, 'run'),
    lock: join(at, 'run/lock.json'),
    state: join(at, 'run/state.json'),
    ports: join(at, 'run/ports.json'),
  };
}
