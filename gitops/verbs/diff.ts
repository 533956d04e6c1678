import { statSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, Failure } from '../cli/failure.ts';
import { type Context, environmentName, parseOptions, required } from '../cli/verb.ts';
import { type ManifestObject, objectChanges } from '../difference/object-changes.ts';
import { printDifference } from '../difference/print.ts';
import { readObjects } from '../difference/read-objects.ts';
import { renderAt } from '../difference/render-at.ts';
import { codeRoot } from '../layout/code-root.ts';
import { paths } from '../layout/paths.ts';
import { clusterEnvironments, renderEnvironment } from '../layout/render-environment.ts';
import { Checkout } from '../repository/checkout.ts';
import { repositoryFrom, repositoryOptions } from './repository-options.ts';

export const help = `Says what would change in the cluster, by resource and field, if the declarations were rendered now.

npm run gitops -- diff --env <name> [--against <directory or revision>]
npm run gitops -- diff --env <name> --repository <url> [--branch <name>]

  --env <name>         ${clusterEnvironments.join(', ')}
  --against <what>     compare with the code at a revision of this repository, or with a directory: a copy of the manifest
                       repository, or plain manifests (default: HEAD, so what is not committed yet)
  --repository <url>   compare with what is in the manifest repository now
  --branch <name>      its branch (default: main)

Which images run is not compared: that is for bump and promote. Values of Secrets are never shown.
Exit code: 0 nothing would change, 1 something would, 2 usage, 3 repository out of reach, 4 refused, 5 the revision does
not render.
`;

export async function run(args: readonly string[], context: Context): Promise<number> {
  const { 'dry-run': _, ...connection } = repositoryOptions;
  const { values, positionals } = parseOptions(args, {
    ...connection,
    env: { type: 'string' },
    against: { type: 'string' },
  });
  if (positionals.length > 0) throw new Failure('usage', `what is '${positionals.join(' ')}'?`);
  if (values.repository !== undefined && values.against !== undefined)
    throw new Failure('usage', 'either --against or --repository');
  const environment = environmentName(required(values.env, '--env'));
  const after = await renderEnvironment(environment);
  const before =
    values.repository === undefined
      ? await objectsAgainst(values.against ?? 'HEAD', environment, context)
      : await objectsIn(repositoryFrom({ ...values, 'dry-run': false }, context), environment, context);
  const difference = objectChanges(before, after);
  printDifference(difference, context.terminal);
  return difference.changes.length > 0 ? exitCodes.negative : exitCodes.done;
}

async function objectsAgainst(
  against: string,
  environment: string,
  context: Context,
): Promise<readonly ManifestObject[]> {
  if (statSync(against, { throwIfNoEntry: false })?.isDirectory()) {
    const inside = join(against, paths.environment(environment));
    const isRepository = statSync(join(against, 'environments'), { throwIfNoEntry: false })?.isDirectory() === true;
    return readObjects(isRepository ? inside : against);
  }
  context.terminal.progress(`rendering ${environment} as of ${against}`);
  return renderAt({ root: codeRoot, revision: against, environment, context });
}

async function objectsIn(
  connection: { readonly repository: string; readonly branch: string },
  environment: string,
  context: Context,
): Promise<readonly ManifestObject[]> {
  context.terminal.progress(`cloning ${connection.repository} (${connection.branch})`);
  const options = {
    ...connection,
    history: 'newest',
    environment: context.environment,
    signal: context.signal,
  } as const;
  await using checkout = await Checkout.clone(options);
  const folder = paths.environment(environment);
  if ((await checkout.folders(folder)).length === 0) return [];
  // Awaited here: what is returned as a promise would be read while the clone is being removed.
  return await readObjects(join(checkout.directory, folder));
}
