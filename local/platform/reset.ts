import { existsSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { endLeftOvers } from './left-overs.ts';
import { Locked, takeLock } from './lock.ts';
import { pathsOf } from './paths.ts';
import { readState } from './state.ts';

/** `npm run reset`: forgets the data, keys and passwords. The installed packages stay. @returns the exit code */
export async function reset({ home }: { readonly home?: string }): Promise<number> {
  const paths = pathsOf(home);
  let unlock: () => void;
  try {
    unlock = takeLock(paths.lock);
  } catch (error) {
    if (!(error instanceof Locked)) throw error;
    console.error(`Ticketaka runs (process ${error.pid}): stop it first, its data is in use.`);
    return 1;
  }
  try {
    const state = readState(paths.state);
    if (state) await endLeftOvers(state);
    const doomed = [
      { path: paths.data, what: 'data of MariaDB, Redis and RabbitMQ' },
      { path: paths.keys, what: 'signing keys' },
      { path: paths.secrets, what: 'passwords' },
      { path: paths.manifests, what: 'rendered manifests' },
      { path: paths.endpoints, what: 'endpoints of the mesh' },
      { path: paths.logs, what: 'logs' },
      { path: paths.state, what: 'what the last run left' },
      { path: paths.ports, what: 'ports' },
    ].filter(({ path }) => existsSync(path));
    if (doomed.length === 0) console.log(`Nothing to forget in ${paths.home}`);
    for (const { path, what } of doomed) {
      rmSync(path, { recursive: true });
      console.log(`deleted ${relative(paths.home, path).padEnd(20)} ${what}`);
    }
    return 0;
  } finally {
    unlock();
  }
}
