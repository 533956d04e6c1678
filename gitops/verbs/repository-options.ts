import { Failure } from '../cli/failure.ts';
import type { Context } from '../cli/verb.ts';

/** Options of every verb that changes the manifest repository. */
export const repositoryOptions = {
  repository: { type: 'string' },
  branch: { type: 'string', default: 'main' },
  'dry-run': { type: 'boolean', default: false },
} as const;

export const repositoryHelp = `  --repository <url>   the manifest repository (default: the variable GITOPS_REPOSITORY); let git's credential helper
                       or an ssh key open it, so that the address holds no secret
  --branch <name>      its branch (default: main)
  --dry-run            show the commits, push nothing`;

interface Values {
  readonly repository?: string | undefined;
  readonly branch: string;
  readonly 'dry-run': boolean;
}

/** @throws {Failure} usage */
export function repositoryFrom(values: Values, { environment }: Pick<Context, 'environment'>) {
  const repository = values.repository ?? environment['GITOPS_REPOSITORY'];
  if (!repository) throw new Failure('usage', 'say which manifest repository: --repository, or GITOPS_REPOSITORY');
  // Git would read either as an option or as a helper program to run.
  if (repository.startsWith('-') || repository.startsWith('ext::'))
    throw new Failure('usage', `'${repository}' is not the address of a repository`);
  if (!/^\w[\w./-]*$/.test(values.branch)) throw new Failure('usage', `'${values.branch}' is not a branch`);
  return { repository, branch: values.branch, dryRun: values['dry-run'] };
}
