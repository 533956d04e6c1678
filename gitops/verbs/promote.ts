import { exitCodes, Failure } from '../cli/failure.ts';
import { type Context, parseOptions, serviceName } from '../cli/verb.ts';
import { describeImage } from '../layout/image.ts';
import { paths, sharedFolder } from '../layout/paths.ts';
import type { Checkout } from '../repository/checkout.ts';
import { publish } from '../repository/publish.ts';
import { release, releasedImage } from '../repository/release.ts';
import { repositoryFrom, repositoryHelp, repositoryOptions } from './repository-options.ts';

/** The way of a build: no environment is passed over. */
const stages = ['dev', 'staging', 'prod'] as const;

export const help = `Releases in one environment exactly what another runs: the same digests, nothing is built again.

npm run gitops -- promote <from> <to> [<service>...]

  <from> <to>          dev staging, or staging prod
  <service>...         only these (default: every service that <from> runs)
  --require-healthy    ask the cluster of <from> whether it runs these images, and well
  --context <name>     that cluster's context in the kubeconfig (default: the current one)
  --kubeconfig <file>  (default: KUBECONFIG, ~/.kube/config, or the pod's service account)
${repositoryHelp}

One commit for each service, so that each can be rolled back alone; all in one push, or none.
Exit code: 0 done, 2 usage, 3 repository or cluster out of reach, 4 refused, 5 not healthy, or somebody changed the same
file.
`;

export async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    ...repositoryOptions,
    'require-healthy': { type: 'boolean', default: false },
    context: { type: 'string' },
    kubeconfig: { type: 'string' },
  });
  const [first, second, ...services] = positionals;
  const { from, to } = checkStages(first, second);
  const only = services.map(serviceName);
  const { terminal } = context;
  const lines: string[] = [];
  const edit = async (checkout: Checkout) => {
    const images = await imagesRun(checkout, from, only);
    if (values['require-healthy']) {
      // Loaded here only: the client of Kubernetes is large.
      const { requireHealthy } = await import('../cluster/require-healthy.ts');
      terminal.progress(`asking the cluster of ${from}`);
      await requireHealthy(images, { kubeconfig: values.kubeconfig, context: values.context });
    }
    for (const [service, image] of images) {
      const changed = await release(checkout, { environment: to, service }, image);
      lines.push(
        `${changed ? terminal.paint('green', 'promoted') : 'already there:'} ${service} ${describeImage(image)}`,
      );
    }
  };
  const published = await publish({ ...repositoryFrom(values, context), edit }, context);
  if (published === 'dry run') return exitCodes.done;
  for (const line of lines) terminal.print(line);
  if (published === 'nothing to do') terminal.print(`nothing to do: ${to} runs what ${from} runs`);
  return exitCodes.done;
}

function checkStages(from: string | undefined, to: string | undefined): { from: string; to: string } {
  const place = stages.findIndex((stage) => stage === from);
  if (from === undefined || to === undefined)
    throw new Failure('usage', 'say from where to where: promote dev staging');
  if (place === -1) throw new Failure('usage', `there is no environment '${from}': ${stages.join(', ')}`);
  const next = stages[place + 1];
  if (next === undefined) throw new Failure('usage', `nothing comes after ${from}`);
  if (to !== next) throw new Failure('usage', `after ${from} comes ${next}, not ${to}`);
  return { from, to };
}

async function imagesRun(checkout: Checkout, environment: string, only: readonly string[]) {
  const folders = await checkout.folders(paths.environment(environment));
  const services = only.length > 0 ? only : folders.filter((name) => name !== sharedFolder);
  const found = await Promise.all(
    services.map(async (service) => [service, await releasedImage(checkout, { environment, service })] as const),
  );
  const missing = only.filter((service) => !found.some(([name, image]) => name === service && image));
  if (missing.length > 0) throw new Failure('conflict', `${environment} runs no ${missing.join(', no ')}`);
  return new Map(found.flatMap(([service, image]) => (image ? [[service, image] as const] : [])));
}
