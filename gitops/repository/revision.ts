import { Failure } from '../cli/failure.ts';
import type { Context } from '../cli/verb.ts';
import { git } from './git.ts';

/** What the manifests are made of. */
const inputs = ['charts-cdk8s', 'services', 'gitops', 'package-lock.json'];

/**
 * The commit of the code that is rendered.
 * @throws {Failure} dirty, when the working tree is not that commit
 */
export async function cleanRevision(
  directory: string,
  { context, allowDirty }: { readonly context: Context; readonly allowDirty: boolean },
): Promise<string> {
  const options = { directory, environment: context.environment, signal: context.signal };
  const revision = (await git(['rev-parse', 'HEAD'], options)).trim();
  const changed = (await git(['status', '--porcelain', '--', ...inputs], options)).trimEnd();
  if (changed === '') return revision;
  if (!allowDirty)
    throw new Failure('dirty', `there are changes that are not committed:\n${changed}\nCommit them, or --allow-dirty.`);
  return `${revision} and changes that are not committed`;
}
