import { parseArgs } from 'node:util';
import type { StartOptions } from './platform/start.ts';

/** The command line makes no sense. The message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const help = `Ticketaka on this machine: private servers, every service and the mesh, on loopback.

  npm start [-- <options>]            bring it up; Ctrl-C takes it down
      --port <n>          of the site; 0 picks a free one           (default 8080)
      --mail-port <n>     of the page that shows the mails           (default 8025)
      --only <a,b>        only these services, and the servers they need
      --verbose           print what every process logs
  npm run reset                       forget data, keys and passwords
  npm run keys -- status              the keys that sign access tokens
  npm run keys -- rotate              sign with a new key; tokens of the old one stay valid until they expire
  npm run keys -- prune               drop keys whose last token has expired
  npm run admin -- grant <email> <role>    give a role to a member: organizer, staff, admin
  npm run admin -- revoke <email> <role>   take it away
  npm run admin -- list               who is admin

Every command takes --home <folder> (default .local) and --help.
`;

export type Command =
  | { readonly name: 'help' }
  | ({ readonly name: 'start' } & StartOptions)
  | { readonly name: 'reset'; readonly home?: string }
  | { readonly name: 'keys'; readonly action: 'status' | 'rotate' | 'prune'; readonly home?: string }
  | {
      readonly name: 'admin';
      readonly action: 'grant' | 'revoke' | 'list';
      readonly email?: string;
      readonly role?: string;
      readonly home?: string;
    };

const common = { home: { type: 'string' }, help: { type: 'boolean' } } as const;
const startOptions = {
  ...common,
  port: { type: 'string', default: '8080' },
  'mail-port': { type: 'string', default: '8025' },
  only: { type: 'string' },
  verbose: { type: 'boolean', default: false },
  docker: { type: 'boolean', default: false },
} as const;

/** @throws UsageError */
export function parseCommand(args: readonly string[]): Command {
  const [name, ...rest] = args;
  if (name === 'help' || name === '--help' || rest.includes('--help')) return { name: 'help' };
  switch (name) {
    case 'start':
      return parseStart(rest);
    case 'reset': {
      const { home, words } = parse(rest);
      none(words);
      return { name, ...home };
    }
    case 'keys': {
      const { home, words } = parse(rest);
      const [action, ...more] = words;
      none(more);
      if (action !== 'status' && action !== 'rotate' && action !== 'prune')
        throw new UsageError(
          action === undefined ? 'keys: say status, rotate or prune' : `keys: there is no ${action}`,
        );
      return { name, action, ...home };
    }
    case 'admin':
      return parseAdmin(rest);
    default:
      throw new UsageError(name === undefined ? 'say what to do' : `there is no command ${name}`);
  }
}

function parseStart(args: readonly string[]): Command {
  const { values, positionals } = orUsage(() =>
    parseArgs({ args: [...args], options: startOptions, allowPositionals: true }),
  );
  none(positionals);
  const only = values.only?.split(',').map((name) => name.trim());
  if (only?.includes('')) throw new UsageError('--only: names of services, separated by commas');
  return {
    name: 'start',
    port: port('--port', values.port),
    mailPort: port('--mail-port', values['mail-port']),
    verbose: values.verbose,
    docker: values.docker,
    ...(only && { only }),
    ...(values.home !== undefined && { home: values.home }),
  };
}

function parseAdmin(args: readonly string[]): Command {
  const { home, words } = parse(args);
  const [action, email, role, ...more] = words;
  none(more);
  if (action === 'list' && email === undefined) return { name: 'admin', action, ...home };
  if (action !== 'grant' && action !== 'revoke')
    throw new UsageError('admin: say grant <email> <role>, revoke <email> <role> or list');
  if (email === undefined || role === undefined) throw new UsageError(`admin ${action}: give an address and a role`);
  return { name: 'admin', action, email, role, ...home };
}

function parse(args: readonly string[]) {
  const { values, positionals } = orUsage(() =>
    parseArgs({ args: [...args], options: common, allowPositionals: true }),
  );
  return { home: values.home === undefined ? {} : { home: values.home }, words: positionals };
}

function orUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function none(words: readonly string[]): void {
  if (words.length > 0) throw new UsageError(`what is ${words.join(' ')}?`);
}

function port(option: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new UsageError(`${option}: a port, 0 to 65535`);
  return Number(text);
}
