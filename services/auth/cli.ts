import { parseArgs } from 'node:util';
import { roles } from '@ticketaka/platform/contract';
import { createLogger } from '@ticketaka/platform/log';
import { openDatabase } from '@ticketaka/platform/mariadb';
import { z } from 'zod';
import { emailAddress } from './schemas.ts';
import {
  type AuthExecutor,
  accountByEmail,
  emailsWithRole,
  lockAccountRow,
  replaceRoles,
  rolesOf,
} from './store/accounts.ts';
import type { AuthSchema } from './store/schema.ts';

const help = `Who may do what, by e-mail address. The member must have signed up.

  grant-role --email <address> --role <role>    give a role
  revoke-role --email <address> --role <role>   take it away
  list-admins                                   addresses of all admins

Roles: ${roles.join(', ')}. A change is in force when the member's access token is renewed, within 15 minutes.
MARIADB_URL is auth's database: mariadb://user:password@host:port/auth
`;

/** The command cannot be carried out. The message is for the person at the terminal. */
class CommandError extends Error {}

const target = z.object({
  email: emailAddress,
  role: z.enum(roles, { error: `--role must be one of ${roles.join(', ')}` }),
});

type Command = (db: { run: Transact; kysely: AuthExecutor }, options: unknown) => Promise<string>;
type Transact = <T>(work: (trx: AuthExecutor) => Promise<T>) => Promise<T>;

const changeRole =
  (grant: boolean): Command =>
  async ({ run }, options) => {
    const { email, role } = parsed(options);
    return await run(async (trx) => {
      const found = await accountByEmail(trx, email);
      const account = found && (await lockAccountRow(trx, found.memberId));
      if (!account) throw new CommandError(`there is no account with the address ${email}`);
      const held = (await rolesOf(trx, [account.memberId])).get(account.memberId) ?? [];
      if (held.includes(role) === grant) return `${email} ${grant ? 'already has' : 'does not have'} the role ${role}`;
      await replaceRoles(trx, account.memberId, grant ? [...held, role] : held.filter((one) => one !== role));
      return `${email} ${grant ? 'now has' : 'no longer has'} the role ${role}`;
    });
  };

const commands: Readonly<Record<string, Command>> = {
  'grant-role': changeRole(true),
  'revoke-role': changeRole(false),
  'list-admins': async ({ kysely }) => {
    const emails = await emailsWithRole(kysely, 'admin');
    return emails.length > 0 ? emails.join('\n') : 'nobody is admin yet: grant-role --email <address> --role admin';
  },
};

function parsed(options: unknown) {
  const result = target.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new CommandError(issue?.path[0] === 'email' ? '--email must be an e-mail address' : (issue?.message ?? ''));
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { email: { type: 'string' }, role: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<string> {
  const { values, positionals } = readArguments();
  const [name, ...rest] = positionals;
  if (values.help || name === undefined) return help.trimEnd();
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new CommandError(`there is no command ${name}; --help lists them`);
  if (rest.length > 0) throw new CommandError(`${name} does not take ${rest.join(' ')}`);
  if (name !== 'list-admins') parsed(values);
  const url = process.env['MARIADB_URL'];
  if (!url) throw new CommandError('MARIADB_URL is not set');
  const log = createLogger({ service: 'auth', workload: 'cli', level: 'silent' });
  const db = await openDatabase<AuthSchema>({ url, log, poolSize: 1, startTimeoutMs: 5000 }).catch((cause: unknown) => {
    throw new CommandError('the database that MARIADB_URL names cannot be reached, or refuses this user', { cause });
  });
  try {
    return await command({ kysely: db.kysely, run: (work) => db.transaction(work) }, values);
  } finally {
    await db.close();
  }
}

try {
  process.stdout.write(`${await main()}\n`);
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
