import { exitCodes, Failure } from '../cli/failure.ts';
import { type Context, environmentName, onlyService, parseOptions, required } from '../cli/verb.ts';
import { describeImage } from '../layout/image.ts';
import { publish } from '../repository/publish.ts';
import { revertRelease } from '../repository/revert.ts';
import { repositoryFrom, repositoryHelp, repositoryOptions } from './repository-options.ts';

export const help = `Takes a service back to the image that it ran before, by a commit that reverts its last release.

npm run gitops -- rollback <service> --env <name>

  --env <name>         where: dev, staging or prod
${repositoryHelp}

Again: one release further back. Argo Rollouts has put a failed canary back in the cluster already, but git still asks for
the failed image: this is what makes the two agree.
Exit code: 0 done, 2 usage, 3 repository out of reach, 4 refused, 5 there is nothing to go back to, or somebody changed
the same file.
`;

export async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, { ...repositoryOptions, env: { type: 'string' } });
  const place = { service: onlyService(positionals), environment: environmentName(required(values.env, '--env')) };
  let line = '';
  let image = '';
  const published = await publish(
    {
      ...repositoryFrom(values, context),
      history: 'whole',
      edit: async (checkout) => {
        const { from, to } = await revertRelease(checkout, place);
        image = `${to.repository}@${to.digest}`;
        line = `${place.service} in ${place.environment} from ${describeImage(from)} to ${describeImage(to)}`;
      },
    },
    context,
  );
  if (published === 'nothing to do') throw new Failure('conflict', 'somebody else has just rolled it back');
  if (published === 'pushed') {
    context.terminal.print(`${context.terminal.paint('green', 'rolled back')} ${line}`);
    // With the image: until git has arrived, the cluster still shows what is to be mended.
    context.terminal.progress(`to see it arrive: npm run gitops -- status ${place.service} --watch --image ${image}`);
  }
  return exitCodes.done;
}
