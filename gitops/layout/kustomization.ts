import { Document, isMap, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { Failure } from '../cli/failure.ts';
import type { PinnedImage } from './image.ts';

/** The rendered name of an image, and what runs in its place. */
export interface Release {
  /** As the rendered manifests call it: `ticketaka/auth`. */
  readonly name: string;
  readonly image: PinnedImage;
}

const header = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };

const imagesSchema = z.array(
  z.strictObject({
    name: z.string().min(1),
    newName: z.string().min(1),
    newTag: z.string().min(1),
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  }),
);

/**
 * The kustomization of a service's folder: the rendered manifests, and which image they run. It is the one small file
 * that a bump changes. Kustomize puts `newName:newTag@digest` wherever the manifests say `name`, also in Rollouts and
 * in the jobs of analysis templates; of tag and digest together a cluster goes by the digest.
 */
export function newKustomization(title: string, releases: readonly Release[] = []): string {
  const document = new Document({ ...header, resources: ['manifests'] });
  document.commentBefore = ` ${title}`;
  return withReleases(document, releases);
}

/** The same kustomization with other images. What people added to it stays, their comments too. */
export function replaceReleases(text: string, releases: readonly Release[], file: string): string {
  return withReleases(parse(text, file), releases);
}

/** @throws {Failure} conflict, when the file is not what this command writes */
export function readReleases(text: string, file: string): readonly Release[] {
  const images = parse(text, file).toJS().images ?? [];
  const parsed = imagesSchema.safeParse(images);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Failure(
      'conflict',
      `${file}: images.${issue?.path.join('.')}: ${issue?.message}. Mend it by hand first.`,
    );
  }
  return parsed.data.map(({ name, newName, newTag, digest }) => ({
    name,
    image: { repository: newName, tag: newTag, digest },
  }));
}

/** A kustomization that only lists files. */
export function listKustomization(resources: readonly string[]): string {
  return new Document({ ...header, resources: [...resources] }).toString();
}

function parse(text: string, file: string) {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new Failure('conflict', `${file} is not YAML: ${error.message}`, { cause: error });
  if (!isMap(document.contents)) throw new Failure('conflict', `${file} is not a kustomization`);
  return document;
}

/** Where pods say which version they are. Patched by itself: a label transformer would write to every object, routes too. */
const versionPaths = ['version', 'app.kubernetes.io~1version'].map((key) => `/spec/template/metadata/labels/${key}`);

/** The pods of a service say the tag of its image, as far as a label may: 63 characters, at its ends letters or digits. */
function versionPatch(tag: string) {
  const value = tag
    .replace(/^[._-]+/, '')
    .slice(0, 63)
    .replace(/[._-]+$/, '');
  const operations = versionPaths.map((path) => ({ op: 'replace', path, value }));
  return { target: { kind: 'Deployment|Job|Rollout' }, patch: stringify(operations, { version: '1.1' }) };
}

/** Patches that people added. */
function otherPatches(document: Document | ReturnType<typeof parse>): readonly unknown[] {
  const patches: unknown = document.toJS().patches ?? [];
  return Array.isArray(patches) ? patches.filter((one) => !JSON.stringify(one).includes(versionPaths[0] ?? '')) : [];
}

function withReleases(document: Document | ReturnType<typeof parse>, releases: readonly Release[]): string {
  if (releases.length === 0) {
    document.delete('images');
    setPatches(document, []);
    return document.toString();
  }
  const images = releases.map(({ name, image }) => ({
    name,
    newName: image.repository,
    newTag: image.tag,
    digest: image.digest,
  }));
  document.set('images', document.createNode(images));
  setPatches(
    document,
    releases.slice(0, 1).map(({ image }) => versionPatch(image.tag)),
  );
  // A digest with its algorithm is longer than the 80 columns at which the writer would fold.
  return document.toString({ lineWidth: 0 });
}

function setPatches(document: Document | ReturnType<typeof parse>, ours: readonly unknown[]): void {
  const patches = [...otherPatches(document), ...ours];
  if (patches.length === 0) document.delete('patches');
  else document.set('patches', document.createNode(patches));
}
