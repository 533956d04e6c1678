import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../cli/failure.ts';
import type { Context } from '../cli/verb.ts';
import { GitError, git } from '../repository/git.ts';
import { linkPackages } from './link-packages.ts';
import type { ManifestObject } from './object-changes.ts';
import { readObjects } from './read-objects.ts';

export interface RenderAtOptions {
  /** The repository of the code. */
  readonly root: string;
  /** A commit, a branch, a tag. */
  readonly revision: string;
  readonly environment: string;
  readonly context: Context;
}

/**
 * Renders an environment from the code as it is at a revision, with the packages that are installed now. The working
 * tree, the index and the list of worktrees stay as they are.
 * @throws {Failure} usage, when there is no such revision
 */
export async function renderAt({
  root,
  revision,
  environment,
  context,
}: RenderAtOptions): Promise<readonly ManifestObject[]> {
  const temporary = await mkdtemp(join(context.environment['TMPDIR'] || tmpdir(), 'revision-'));
  try {
    const tree = join(temporary, 'tree');
    await extract({ root, revision, context, temporary, tree });
    await linkPackages(root, tree);
    const out = join(temporary, 'out');
    return (await synthesize({ tree, environment, out, context })) ? await readObjects(out) : [];
  } finally {
    await rm(temporary, { recursive: true, force: true, maxRetries: 10 });
  }
}

interface Extraction {
  readonly root: string;
  readonly revision: string;
  readonly context: Context;
  readonly temporary: string;
  readonly tree: string;
}

async function extract({ root, revision, context, temporary, tree }: Extraction): Promise<void> {
  const options = { directory: root, environment: context.environment, signal: context.signal };
  // A branch may be called as an option is.
  const commit = await git(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    options,
  ).catch((error: unknown) => {
    if (!(error instanceof GitError)) throw error;
    throw new Failure('usage', `'${revision}' is neither a directory nor a revision of this repository`, {
      cause: error,
    });
  });
  // A clone that shares the objects: nothing is copied, and nothing is noted in the repository itself.
  await git(['clone', '--quiet', '--shared', '--no-checkout', '--', root, tree], { ...options, directory: temporary });
  await git(['-c', 'core.hooksPath=/dev/null', 'checkout', '--quiet', '--detach', commit.trim()], {
    ...options,
    directory: tree,
  });
}

interface Synthesis {
  readonly tree: string;
  readonly environment: string;
  readonly out: string;
  readonly context: Context;
}

/** @returns false when that revision did not have the environment */
async function synthesize({ tree, environment, out, context }: Synthesis): Promise<boolean> {
  const args = [join(tree, 'charts-cdk8s/main.ts'), '--env', environment, '--out', out];
  const child = spawn(process.execPath, args, {
    cwd: tree,
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: context.signal,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: unknown) => {
    throw new Failure('interrupted', 'interrupted', { cause: error });
  });
  if (code === 0) return true;
  if (said.includes(`there is no environment '${environment}'`)) return false;
  throw new Failure(
    'conflict',
    `that revision does not render, with the packages that are installed now:\n${said.trim()}`,
  );
}
