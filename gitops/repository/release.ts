import { Failure } from '../cli/failure.ts';
import { isImageOf } from '../layout/containers.ts';
import { describeImage, type PinnedImage, sameImage } from '../layout/image.ts';
import { imageNamesIn } from '../layout/image-names.ts';
import { newKustomization, readReleases, replaceReleases } from '../layout/kustomization.ts';
import { paths } from '../layout/paths.ts';
import { type Checkout, requireService } from './checkout.ts';

export interface Place {
  readonly environment: string;
  readonly service: string;
}

/** Which image a service runs in an environment, or undefined when it has never been released there. */
export async function releasedImage(checkout: Checkout, place: Place): Promise<PinnedImage | undefined> {
  const file = paths.kustomization(place.environment, place.service);
  const text = await checkout.read(file);
  if (text === undefined) return undefined;
  const [current, ...more] = readReleases(text, file);
  if (more.length > 0) throw new Failure('conflict', `${file} lists several images: a service has one`);
  return current?.image;
}

/**
 * Writes which image a service runs, and commits it.
 * @returns whether anything had to change
 */
export async function release(checkout: Checkout, place: Place, image: PinnedImage): Promise<boolean> {
  const { environment, service } = place;
  await requireService(checkout, paths.environment(environment), service);
  const before = await releasedImage(checkout, place);
  if (before && sameImage(before, image)) return false;
  const file = paths.kustomization(environment, service);
  const releases = [{ name: await imageNameOf(checkout, place), image }];
  const text = await checkout.read(file);
  const title = `${service} in ${environment}: which image runs. \`npm run gitops -- bump\` writes it.`;
  await checkout.write(
    file,
    text === undefined ? newKustomization(title, releases) : replaceReleases(text, releases, file),
  );
  const from = before ? `from ${describeImage(before)} ` : '';
  return checkout.commit(
    [file],
    `Release ${service} ${image.tag} to ${environment}\n\n${image.repository}@${image.digest}\n${from}to ${describeImage(image)}\n`,
  );
}

/** How the manifests call the service's image. @throws {Failure} conflict, when they run none, or several */
async function imageNameOf(checkout: Checkout, { environment, service }: Place): Promise<string> {
  const folder = paths.manifests(environment, service);
  const names = await imageNamesIn(checkout, folder);
  const own = names.filter((name) => isImageOf(service, name));
  const [name] = own;
  if (name !== undefined && own.length === 1) return name;
  const found = names.length > 0 ? `they run ${names.join(', ')}` : 'they run no image';
  throw new Failure(
    'conflict',
    `the manifests in ${folder} have no one image of ${service}: ${found}. Render them first.`,
  );
}
