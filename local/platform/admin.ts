import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { holderOf } from './lock.ts';
import { node, pathsOf, root } from './paths.ts';
import { readState } from './state.ts';

interface AdminOptions {
  readonly home?: string;
  readonly action: 'grant' | 'revoke' | 'list';
  readonly email?: string;
  readonly role?: string;
}

/** `npm run admin`: roles of members, changed in auth's database as auth itself would. @returns the exit code */
export async function admin({ home, action, email = '', role = '' }: AdminOptions): Promise<number> {
  const paths = pathsOf(home);
  const url =
    holderOf(paths.lock) === undefined ? undefined : readState(paths.state)?.services['auth']?.['MARIADB_URL'];
  if (url === undefined) {
    console.error('Ticketaka does not run, so there is no database to change. Start it first: npm start');
    return 1;
  }
  const person = ['--email', email, '--role', role];
  const args = { grant: ['grant-role', ...person], revoke: ['revoke-role', ...person], list: ['list-admins'] }[action];
  const child = spawn(node, [join(root, 'services/auth/cli.ts'), ...args], {
    env: { ...process.env, MARIADB_URL: url },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
