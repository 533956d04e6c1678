import { exitCodes, Failure } from '../cli/failure.ts';
import { type Context, environmentName, onlyService, parseOptions, required } from '../cli/verb.ts';
import { codeRoot } from '../layout/code-root.ts';
import { isImageOf } from '../layout/containers.ts';
import { describeImage, parseImage } from '../layout/image.ts';
import type { Checkout } from '../repository/checkout.ts';
import { requireForward } from '../repository/later.ts';
import { publish } from '../repository/publish.ts';
import { release, releasedImage } from '../repository/release.ts';
import { repositoryFrom, repositoryHelp, repositoryOptions } from './repository-options.ts';

export const help = `Releases an image of a service: one small commit in the manifest repository, which Argo CD carries out.

npm run gitops -- bump <service> --image <repository>@sha256:<digest> --tag <tag> [--env <name>]

  --image <reference>  the image, pinned by its digest
  --tag <tag>          the tag of that build, for people
  --env <name>         where (default: dev)
  --forward-only       stop when what runs was built from a later commit; the tags are the commits, and this clone has them
${repositoryHelp}

Others may push meanwhile: the commit is put on top of theirs, a bounded number of times, never by force. When the image
runs already there is nothing to do, which is success.
Exit code: 0 done, 2 usage, 3 repository out of reach, 4 refused, 5 somebody changed the same file, or a later build
runs.
`;

export async function run(args: readonly string[], context: Context): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    ...repositoryOptions,
    image: { type: 'string' },
    tag: { type: 'string' },
    env: { type: 'string', default: 'dev' },
    'forward-only': { type: 'boolean', default: false },
  });
  const place = { service: onlyService(positionals), environment: environmentName(values.env) };
  const image = parseImage(required(values.image, '--image'), values.tag);
  if (!isImageOf(place.service, image.repository))
    throw new Failure('usage', `${image.repository} is not the image of ${place.service}`);
  const edit = async (checkout: Checkout) => {
    const there = values['forward-only'] ? await releasedImage(checkout, place) : undefined;
    const what = `${place.service} in ${place.environment}`;
    if (there) await requireForward({ code: codeRoot, there: there.tag, next: image.tag, what }, context);
    await release(checkout, place, image);
  };
  const published = await publish({ ...repositoryFrom(values, context), edit }, context);

  const { terminal } = context;
  const what = `${place.service} ${describeImage(image)} in ${place.environment}`;
  if (published === 'pushed') terminal.print(`${terminal.paint('green', 'released')} ${what}`);
  if (published === 'nothing to do') terminal.print(`nothing to do: ${what} is there already`);
  return exitCodes.done;
}
