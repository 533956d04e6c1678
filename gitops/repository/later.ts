import { Failure } from '../cli/failure.ts';
import type { Context } from '../cli/verb.ts';
import { GitError, git } from './git.ts';

export interface Step {
  /** The clone of the code, with its history. */
  readonly code: string;
  /** The commit that what is there was made of; anything else says nothing. */
  readonly there: string;
  /** The commit that is to take its place. */
  readonly next: string;
  /** `auth in dev` */
  readonly what: string;
}

/**
 * Two pipelines may end in another order than they began, and a person may start an old one again: neither takes back
 * what a later commit brought.
 * @throws {Failure} conflict, when what is there was made of a later commit
 */
export async function requireForward({ code, there, next, what }: Step, context: Context): Promise<void> {
  const isCommit = (text: string) => /^[0-9a-f]{40}$/.test(text);
  if (there === next || !isCommit(there) || !isCommit(next)) return;
  const options = { directory: code, environment: context.environment, signal: context.signal };
  try {
    await git(['merge-base', '--is-ancestor', next, there], options);
  } catch (error) {
    // It is no ancestor, or not of this history.
    if (error instanceof GitError) return;
    throw error;
  }
  throw new Failure('conflict', `${what} is of ${there} already, which comes after ${next}: nothing was changed`);
}
