import { join } from 'node:path';
import { argocdFiles } from '../argocd/render.ts';
import { settings } from '../argocd/settings.ts';
import { exitCodes, Failure } from '../cli/failure.ts';
import { type Context, environmentName, parseOptions } from '../cli/verb.ts';
import { codeRoot } from '../layout/code-root.ts';
import { paths } from '../layout/paths.ts';
import { clusterEnvironments, renderEnvironment, serviceNames } from '../layout/render-environment.ts';
import { foldersOf } from '../layout/tree.ts';
import { writeArgocd, writeFolders } from '../layout/write-folders.ts';
import type { Checkout } from '../repository/checkout.ts';
import { requireForward } from '../repository/later.ts';
import { publish } from '../repository/publish.ts';
import { cleanRevision } from '../repository/revision.ts';
import { repositoryFrom, repositoryHelp, repositoryOptions } from './repository-options.ts';

export const help = `Writes what the clusters should run, from the services' declarations.

npm run gitops -- render [--env <name>]... [--out <directory>]
npm run gitops -- render [--env <name>]... --repository <url>     (or with GITOPS_REPOSITORY)

  --env <name>         only this environment; several are allowed (default: ${clusterEnvironments.join(', ')})
  --out <directory>    where to write, in the layout of the manifest repository (default: gitops/dist, if no repository
                       is named)
${repositoryHelp}
  --allow-dirty        push although there are changes that are not committed: nobody can render the same again
  --forward-only       stop when an environment was rendered from a later commit; this clone has the history

environments/<env>/<service>/kustomization.yaml   which image runs: the one small file that bump changes
environments/<env>/<service>/manifests/           rendered: a file for each kind
environments/<env>/mesh/                          rendered: what belongs to no one service
argocd/<env>/                                     rendered: an Application for each folder; bootstrap/ is applied once,
                                                  by kubectl apply --server-side --kustomize
Which images run is never changed by this.
Exit code: 0 done, 2 usage, 3 repository out of reach, 4 refused, 5 conflict, or rendered from a later
commit, 6 changes that are not committed.
`;

export async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    ...repositoryOptions,
    env: { type: 'string', multiple: true },
    out: { type: 'string' },
    'allow-dirty': { type: 'boolean', default: false },
    'forward-only': { type: 'boolean', default: false },
  });
  if (positionals.length > 0) throw new Failure('usage', `what is '${positionals.join(' ')}'?`);
  const names = (values.env ?? clusterEnvironments).map(environmentName);
  // As for every verb the variable names the repository; but who says --out wants files.
  const remote = values.repository ?? (values.out === undefined ? context.environment['GITOPS_REPOSITORY'] : undefined);
  const source = sourceOf(values.repository ?? context.environment['GITOPS_REPOSITORY']);
  if (!remote) {
    if (values['dry-run']) throw new Failure('usage', '--dry-run goes with --repository; diff shows what would change');
    const out = values.out ?? join(codeRoot, 'gitops/dist');
    for (const name of names) await write({ root: out, environment: name, source }, context);
    context.terminal.print(`written to ${out}`);
    return exitCodes.done;
  }
  if (values.out !== undefined) throw new Failure('usage', 'either --out or --repository');
  const revision = await cleanRevision(codeRoot, { context, allowDirty: values['allow-dirty'] });
  const published = await publish(
    {
      ...repositoryFrom(values, context),
      history: values['forward-only'] ? 'whole' : 'newest',
      edit: async (checkout) => {
        for (const name of names) {
          const there = values['forward-only'] ? await renderedFrom(checkout, name) : undefined;
          if (there) await requireForward({ code: codeRoot, there, next: revision, what: name }, context);
          await write({ root: checkout.directory, environment: name, source }, context);
          await checkout.commit([paths.environment(name), paths.argocd(name)], `Render ${name}\n\nfrom ${revision}\n`);
        }
      },
    },
    context,
  );
  if (published === 'pushed') context.terminal.print(`rendered ${names.join(', ')} from ${revision}`);
  if (published === 'nothing to do') context.terminal.print('nothing to do: the manifests are as the declarations say');
  return exitCodes.done;
}

/** The commit that an environment was last rendered from, as its own commit says. */
async function renderedFrom(checkout: Checkout, environment: string): Promise<string | undefined> {
  const message = await checkout.git('log', '-1', '--format=%B', '--grep', `^Render ${environment}$`);
  return /^from ([0-9a-f]{40})$/m.exec(message)?.[1];
}

interface Target {
  readonly root: string;
  readonly environment: string;
  /** The repository, as Argo CD reads it. */
  readonly source: string;
}

async function write({ root, environment, source }: Target, { terminal }: Context): Promise<void> {
  const objects = await renderEnvironment(environment);
  const folders = foldersOf({ environment, services: serviceNames, objects });
  const { removed, waiting } = await writeFolders(root, environment, folders);
  await writeArgocd(
    root,
    environment,
    argocdFiles({ repository: source, environment, services: serviceNames, objects }),
  );
  terminal.progress(`${environment}: ${objects.length} objects in ${folders.length} folders`);
  for (const service of removed) terminal.progress(`${environment}: removed ${service}, which no declaration names`);
  for (const service of waiting) terminal.progress(`${environment}: ${service} has no image yet: bump it`);
}

/** The address without what opens it: that is no business of git's. */
function sourceOf(repository: string | undefined): string {
  if (!repository) return settings.repository;
  const url = URL.parse(repository);
  if (!url || !/^https?:$/.test(url.protocol)) return repository;
  url.username = '';
  url.password = '';
  return url.href;
}
