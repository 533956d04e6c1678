import { Failure } from '../cli/failure.ts';
import { describeImage, type PinnedImage, sameImage } from '../layout/image.ts';
import { paths } from '../layout/paths.ts';
import type { Checkout } from './checkout.ts';
import { GitError } from './git.ts';
import { type Place, releasedImage } from './release.ts';

interface Commit {
  readonly hash: string;
  readonly message: string;
}

/**
 * Commits the revert of the last release of a service that is still in effect: a release that was reverted before, and
 * its revert, are passed over. Needs the whole history.
 * @throws {Failure} conflict, when there is nothing to go back to, or the release changed other files too
 */
export async function revertRelease(checkout: Checkout, place: Place): Promise<{ from: PinnedImage; to: PinnedImage }> {
  const { environment, service } = place;
  const file = paths.kustomization(environment, service);
  const from = await releasedImage(checkout, place);
  if (!from) throw new Failure('conflict', `${environment} runs no ${service}`);
  const last = lastInEffect(await history(checkout, file));
  const nothing = `${service} in ${environment} has run nothing but ${describeImage(from)}: there is nothing to go back to`;
  if (!last) throw new Failure('conflict', nothing);
  await revert(checkout, last, file);
  const to = await releasedImage(checkout, place);
  if (!to) throw new Failure('conflict', nothing);
  if (sameImage(from, to))
    throw new Failure(
      'conflict',
      `${last.hash.slice(0, 10)}, the last change, left the image as it is: revert it by hand`,
    );
  await checkout.git(
    'commit',
    '--quiet',
    '--no-verify',
    '--message',
    `Roll ${service} in ${environment} back to ${to.tag}\n\nfrom ${describeImage(from)} to ${describeImage(to)}\n\nThis reverts commit ${last.hash}.\n`,
  );
  return { from, to };
}

async function revert(checkout: Checkout, commit: Commit, file: string): Promise<void> {
  const files = (await checkout.git('show', '--name-only', '--format=', commit.hash)).trim().split('\n');
  if (files.length !== 1)
    throw new Failure('conflict', `${commit.hash.slice(0, 10)} changed more than ${file}: revert it by hand`);
  try {
    await checkout.git('revert', '--no-commit', commit.hash);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new Failure('conflict', `${file} was changed by hand since ${commit.hash.slice(0, 10)}: revert it by hand`, {
      cause: error,
    });
  }
}

async function history(checkout: Checkout, file: string): Promise<Commit[]> {
  const log = await checkout.git('log', '--format=%H%n%B%x00', '--', file);
  return log
    .split('\0')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => ({ hash: entry.slice(0, 40), message: entry.slice(41) }));
}

/** From the newest back: a revert takes its release out of account, unless it was itself reverted. */
function lastInEffect(commits: readonly Commit[]): Commit | undefined {
  const undone = new Set<string>();
  for (const commit of commits) {
    if (undone.has(commit.hash)) continue;
    const reverted = /^This reverts commit ([0-9a-f]{40})\.$/m.exec(commit.message)?.[1];
    if (reverted === undefined) return commit;
    undone.add(reverted);
  }
  return undefined;
}
