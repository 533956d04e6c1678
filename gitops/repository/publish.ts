import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../cli/failure.ts';
import type { Context } from '../cli/verb.ts';
import { Checkout } from './checkout.ts';
import { explainGit, GitError } from './git.ts';

export interface PublishOptions {
  readonly repository: string;
  readonly branch: string;
  /** @default 'newest' */
  readonly history?: 'whole' | 'newest';
  /** Shows the commits and pushes nothing. */
  readonly dryRun: boolean;
  /** How often to go on from what others pushed meanwhile. @default 20 */
  readonly attempts?: number;
  /** Makes the commits in a fresh clone. Making none says that everything is so already. */
  readonly edit: (checkout: Checkout) => Promise<void>;
}

export type Published = 'pushed' | 'nothing to do' | 'dry run';

const firstWaitMs = 100;
const longestWaitMs = 2000;

/**
 * Changes the manifest repository: clone, commit, push. Never by force: when others were faster, the commits are put on
 * top of theirs and pushed again, a bounded number of times, after a wait of random length so that many pipelines that
 * end together do not keep step. The history stays linear.
 * @throws {Failure} conflict when others changed the same file, denied when the remote refuses, unreachable
 */
export async function publish(options: PublishOptions, context: Context): Promise<Published> {
  const { repository, branch, history = 'newest', dryRun, attempts = 20, edit } = options;
  const { terminal, environment, signal } = context;
  terminal.progress(`cloning ${repository} (${branch})`);
  await using checkout = await Checkout.clone({ repository, branch, history, environment, signal });
  await edit(checkout);

  const upstream = `origin/${branch}`;
  if ((await ahead(checkout, upstream)) === 0) return 'nothing to do';
  if (dryRun) {
    terminal.print(
      (await checkout.git('log', '--reverse', '--patch', '--format=commit: %B', `${upstream}..HEAD`)).trim(),
    );
    return 'dry run';
  }
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    terminal.progress(attempt === 1 ? 'pushing' : `pushing again (${attempt} of ${attempts})`);
    if (await push(checkout, branch)) return 'pushed';
    const longest = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
    await wait(Math.random() * longest, undefined, { signal }).catch((error: unknown) => {
      throw new Failure('interrupted', 'interrupted; nothing was pushed', { cause: error });
    });
    await rebase(checkout, branch);
    // Somebody else pushed the very same change.
    if ((await ahead(checkout, upstream)) === 0) return 'nothing to do';
  }
  throw new Failure(
    'conflict',
    `others pushed to ${branch} faster ${attempts} times in a row; nothing was pushed. Try again.`,
  );
}

async function ahead(checkout: Checkout, upstream: string): Promise<number> {
  return Number(await checkout.git('rev-list', '--count', `${upstream}..HEAD`));
}

/** What git and its servers say when somebody else was faster, also in the middle of the push. */
const behind =
  /\(fetch first\)|\(non-fast-forward\)|\[rejected\]|failed to update ref|cannot lock ref|incorrect old value|stale info|failed to lock/;

/** @returns whether it is pushed; false when others were faster */
async function push(checkout: Checkout, branch: string): Promise<boolean> {
  try {
    await checkout.git('push', '--porcelain', 'origin', `HEAD:refs/heads/${branch}`);
    return true;
  } catch (error) {
    const refusedByHook = error instanceof GitError && /hook declined/.test(error.output);
    if (error instanceof GitError && !refusedByHook && behind.test(error.output)) return false;
    throw explainGit(error, `the push to ${branch} was refused`);
  }
}

async function rebase(checkout: Checkout, branch: string): Promise<void> {
  const before = (await checkout.git('rev-parse', `origin/${branch}`)).trim();
  await checkout.git('fetch', '--quiet', 'origin', branch).catch((error: unknown) => {
    throw explainGit(error, 'what others pushed could not be fetched');
  });
  try {
    await checkout.git('merge-base', '--is-ancestor', before, `origin/${branch}`);
  } catch (error) {
    throw new Failure('conflict', `the history of ${branch} was rewritten meanwhile; nothing was pushed`, {
      cause: error,
    });
  }
  try {
    await checkout.git('rebase', '--quiet', `origin/${branch}`);
  } catch (error) {
    const files = (await checkout.git('diff', '--name-only', '--diff-filter=U')).trim().split('\n').filter(Boolean);
    if (files.length === 0) throw error;
    const theirs = await checkout.git('log', '-1', '--format=%h %an: %s', `origin/${branch}`, '--', ...files);
    throw new Failure(
      'conflict',
      `meanwhile somebody else changed ${files.join(', ')} (${theirs.trim()}); nothing was pushed`,
      { cause: error },
    );
  }
}
