import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, Failure } from '../cli/failure.ts';
import { Terminal } from '../cli/terminal.ts';
import type { Context, Verb } from '../cli/verb.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** A person's git configuration must not reach the tests, nor theirs it. */
const gitEnvironment = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Pipeline',
  GIT_AUTHOR_EMAIL: 'pipeline@ticketaka.example',
  GIT_COMMITTER_NAME: 'Pipeline',
  GIT_COMMITTER_EMAIL: 'pipeline@ticketaka.example',
};

export const environment: Readonly<Record<string, string | undefined>> = {
  PATH: process.env['PATH'],
  ...gitEnvironment,
};

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** What it has printed so far, for a test that goes along. */
  readonly out?: string[];
}

/** Runs a verb as `main` does, and gathers what it says. A bug is thrown on. */
export async function runVerb(verb: Verb, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { environment: more, signal = new AbortController().signal, out = [] } = options;
  const said: string[] = [];
  const all = { ...environment, ...more };
  const terminal = new Terminal({
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => said.push(text) },
    environment: all,
  });
  const context: Context = { terminal, environment: all, signal };
  const end = (code: number): Ran => ({ code, out: out.join(''), said: said.join('') });
  try {
    return end(await verb.run(args, context));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.progress(error.message);
    return end(exitCodes[error.ending]);
  }
}

/** A context whose terminal nobody reads. */
export function silentContext(): Context {
  const nowhere = { write: () => true };
  return {
    terminal: new Terminal({ stdout: nowhere, stderr: nowhere, environment }),
    environment,
    signal: new AbortController().signal,
  };
}

/** A directory for one test. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'gitops-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10 }) };
}
