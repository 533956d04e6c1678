import { spawn } from 'node:child_process';
import { Failure } from '../cli/failure.ts';
import { redact } from '../cli/redact.ts';

export interface GitOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** A git command that ended with another code than 0. */
export class GitError extends Error {
  override readonly name = 'GitError';
  readonly code: number | null;
  /** Everything that git said, without secrets: who prints an error prints this too. */
  readonly output: string;

  constructor(args: readonly string[], code: number | null, output: string) {
    super(redact(`git ${args.join(' ')} ended with ${code ?? 'a signal'}: ${output.trim()}`));
    this.code = code;
    this.output = redact(output);
  }
}

/** A command that hangs on a dead connection is ended after this. */
const commandTimeoutMs = 120_000;

/** Runs git, which never asks for a password and speaks English, and returns its standard output. */
export async function git(args: readonly string[], { directory, environment, signal }: GitOptions): Promise<string> {
  const timeout = AbortSignal.timeout(commandTimeoutMs);
  // No housekeeping in the background: it would write into a clone that is being removed.
  const child = spawn('git', ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', ...args], {
    cwd: directory,
    env: {
      ...withoutGitVariables(environment),
      GIT_TERMINAL_PROMPT: '0',
      GIT_SSH_COMMAND: environment['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes',
      GIT_EDITOR: 'true',
      LC_ALL: 'C',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  const out: string[] = [];
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: unknown) => {
    if (signal?.aborted) throw new Failure('interrupted', 'interrupted', { cause: error });
    if (timeout.aborted)
      throw new Failure('timeout', `git ${args[0]} did not end within ${commandTimeoutMs / 1000} s`, { cause: error });
    throw new Failure('unreachable', 'git could not be started: is it installed?', { cause: error });
  });
  // A refused push tells which ref on standard output, and why on standard error.
  if (code !== 0) throw new GitError(args, code, `${said.join('')}${out.join('')}`);
  return out.join('');
}

/** Within a git hook, GIT_DIR and its like would turn every command to that repository. */
function withoutGitVariables(environment: Readonly<Record<string, string | undefined>>) {
  const places = /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|COMMON_DIR|NAMESPACE)$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !places.test(name)));
}

const reasons: readonly { readonly pattern: RegExp; readonly ending: 'denied' | 'unreachable' | 'usage' }[] = [
  { pattern: /hook declined|protected branch|branch is currently checked out/i, ending: 'denied' },
  {
    pattern:
      /permission( to \S+)? denied|authentication failed|could not read (username|password)|\b40[13]\b|access denied/i,
    ending: 'denied',
  },
  { pattern: /remote branch \S+ not found|couldn't find remote ref/i, ending: 'usage' },
  {
    pattern:
      /could not read from remote|could not resolve|unable to access|connection (refused|timed out)|does not (exist|appear to be)|not found/i,
    ending: 'unreachable',
  },
];

/** Says what a user can do about an error of git; what is none of those stays as it is. */
export function explainGit(error: unknown, what: string): unknown {
  if (!(error instanceof GitError)) return error;
  const reason = reasons.find(({ pattern }) => pattern.test(error.output));
  if (!reason) return error;
  const said = error.output.trim().replaceAll(/^/gm, '  ');
  return new Failure(reason.ending, `${what}:\n${said}`, { cause: error });
}
