import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { imagesOf, isImageOf, nameOfImage } from './containers.ts';
import { readReleases, replaceReleases } from './kustomization.ts';
import { paths } from './paths.ts';
import type { Folder } from './tree.ts';

export interface Written {
  /** Folders of services that are no more. */
  readonly removed: readonly string[];
  /** Services whose first image is still to come. */
  readonly waiting: readonly string[];
}

/**
 * Writes the folders of an environment below the root of a manifest repository. Rendered manifests are replaced as a
 * whole; which image runs, and what people added beside it, is left as it is.
 */
export async function writeFolders(root: string, environment: string, folders: readonly Folder[]): Promise<Written> {
  const base = join(root, paths.environment(environment));
  await mkdir(base, { recursive: true });
  const owners = new Set(folders.map(({ owner }) => owner));
  const entries = await readdir(base, { withFileTypes: true });
  const removed = entries.filter((entry) => entry.isDirectory() && !owners.has(entry.name)).map(({ name }) => name);
  for (const name of removed) await rm(join(base, name), { recursive: true });
  const waiting: string[] = [];
  for (const { owner, files, kustomization } of folders) {
    await rm(join(root, paths.manifests(environment, owner)), { recursive: true, force: true });
    for (const [path, text] of files) await writeText(join(root, path), text);
    const own = join(root, paths.kustomization(environment, owner));
    if (kustomization !== undefined) {
      if (!existsSync(own)) await writeText(own, kustomization);
      continue;
    }
    if (existsSync(own) && (await keepReleases(own, owner, files))) continue;
    // It ran no image before: its kustomization would now start pods whose image does not exist.
    await rm(own, { force: true });
    waiting.push(owner);
  }
  return { removed, waiting };
}

/**
 * Leaves the images that a kustomization runs, under the name that the manifests now have for the service's own: under
 * another, kustomize would pass over it without a word. @returns whether it runs any
 */
async function keepReleases(own: string, owner: string, files: ReadonlyMap<string, string>): Promise<boolean> {
  const text = await readFile(own, 'utf8');
  const releases = readReleases(text, own);
  const objects = [...files.values()].flatMap((file) => parseAllDocuments(file).map((document) => document.toJS()));
  const name = imagesOf(objects)
    .map(nameOfImage)
    .find((image) => isImageOf(owner, image));
  const renamed = releases.map((release) =>
    name !== undefined && isImageOf(owner, release.name) ? { ...release, name } : release,
  );
  if (renamed.some((release, index) => release.name !== releases[index]?.name))
    await writeText(own, replaceReleases(text, renamed, own));
  return releases.length > 0;
}

/** Replaces what Argo CD is told about an environment. */
export async function writeArgocd(
  root: string,
  environment: string,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  await rm(join(root, paths.argocd(environment)), { recursive: true, force: true });
  for (const [path, text] of files) await writeText(join(root, path), text);
}

async function writeText(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
