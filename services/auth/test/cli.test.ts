import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthServer, startAuth } from './auth-server.ts';

let auth: AuthServer;
beforeAll(async () => {
  auth = await startAuth();
}, 60_000);
afterAll(() => auth[Symbol.asyncDispose]());

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));

function run(args: readonly string[], url: string | undefined = auth.database.url) {
  const env = url === '' ? {} : { MARIADB_URL: url };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const child = execFile(process.execPath, [cli, ...args], { env }, (_, out, err) => {
      resolve({ code: child.exitCode ?? -1, out, err });
    });
  });
}

describe('the command that makes the first admin', () => {
  it('grants, lists and revokes', async () => {
    const { email } = await auth.createAccount();
    const admin = ['--email', email.toUpperCase(), '--role', 'admin'];
    expect((await run(['list-admins'])).out).toContain('nobody is admin yet');
    expect(await run(['grant-role', ...admin])).toEqual({ code: 0, out: `${email} now has the role admin\n`, err: '' });
    expect((await run(['grant-role', ...admin])).out).toBe(`${email} already has the role admin\n`);
    expect((await run(['grant-role', '--email', email, '--role', 'staff'])).code).toBe(0);
    expect((await run(['list-admins'])).out).toBe(`${email}\n`);
    expect((await run(['revoke-role', ...admin])).out).toBe(`${email} no longer has the role admin\n`);
    expect((await run(['revoke-role', ...admin])).out).toBe(`${email} does not have the role admin\n`);
    expect(await auth.database.query('SELECT role FROM account_roles')).toEqual([{ role: 'staff' }]);
  });

  it.each([
    [['grant-role', '--email', 'nobody@example.com', '--role', 'admin'], 'there is no account with the address'],
    [
      ['grant-role', '--email', 'nobody@example.com', '--role', 'root'],
      '--role must be one of organizer, staff, admin',
    ],
    [['grant-role', '--role', 'admin'], '--email must be an e-mail address'],
    [['grant-role', '--email', 'a@example.com'], '--role must be one of'],
    [['make-admin'], 'there is no command make-admin'],
    [['list-admins', 'extra'], 'does not take extra'],
    [['list-admins', '--force'], "Unknown option '--force'"],
  ])('refuses %j', async (args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
    expect(err.trimEnd()).not.toContain('\n');
  });

  it('says what is wrong with its database, and no password', async () => {
    expect((await run(['list-admins'], '')).err).toBe('MARIADB_URL is not set\n');
    const wrong = auth.database.url.replace(/:[^:@/]+@/, ':s3cret@');
    const { code, err } = await run(['list-admins'], wrong);
    expect(code).toBe(1);
    expect(err).toContain('cannot be reached, or refuses this user');
    expect(err).not.toContain('s3cret');
  });

  it('explains itself', async () => {
    for (const args of [['--help'], []]) expect((await run(args)).out).toContain('grant-role --email <address>');
  });
});
