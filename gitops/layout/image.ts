import { Failure } from '../cli/failure.ts';

/** An image by its content: what a digest names can never become another image. */
export interface PinnedImage {
  /** `ghcr.io/ticketaka/auth` */
  readonly repository: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** For people: which build this is. The cluster goes by the digest. */
  readonly tag: string;
}

const repositoryForm = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;
const tagForm = /^\w[\w.-]{0,127}$/;

/**
 * Reads `repository[:tag]@sha256:…`, with the tag from the reference or given beside it.
 * @throws {Failure} usage
 */
export function parseImage(reference: string, givenTag?: string): PinnedImage {
  const [name = '', digest, ...rest] = reference.split('@');
  if (digest === undefined || rest.length > 0 || !digestForm.test(digest))
    throw new Failure('usage', `'${reference}' is not pinned: an image is repository@sha256:<64 hexadecimal digits>`);
  // A colon after the last slash begins a tag; before it, a port.
  const colon = name.lastIndexOf(':');
  const tagged = colon > name.lastIndexOf('/');
  const repository = tagged ? name.slice(0, colon) : name;
  if (!repositoryForm.test(repository))
    throw new Failure('usage', `'${repository}' is not the name of an image's repository, as registry/name`);
  const ownTag = tagged ? name.slice(colon + 1) : undefined;
  const tag = givenTag ?? ownTag;
  if (tag === undefined) throw new Failure('usage', 'say which build this is: --tag v1.2.3');
  if (ownTag !== undefined && ownTag !== tag)
    throw new Failure('usage', `the image says ${ownTag} and --tag says ${tag}: which is it?`);
  if (!tagForm.test(tag)) throw new Failure('usage', `'${tag}' is not a tag`);
  if (tag === 'latest') throw new Failure('usage', "'latest' tells nobody which build this is: give its own tag");
  return { repository, digest, tag };
}

/** `v1.2.3 (sha256:0123456789ab)` */
export function describeImage({ tag, digest }: Pick<PinnedImage, 'tag' | 'digest'>): string {
  return `${tag} (${digest.slice(0, 19)})`;
}

/** Whether they are the same content. A new tag on it is no reason to replace pods. */
export function sameImage(a: PinnedImage, b: PinnedImage): boolean {
  return a.repository === b.repository && a.digest === b.digest;
}
