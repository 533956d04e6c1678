import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifests } from './render.ts';

/**
 * Writes the manifests into a directory, and removes those of an earlier render that are no more.
 * Files of other names are left alone.
 */
export async function writeManifests({ files }: Manifests, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const names = new Set(files.map(({ name }) => name));
  const stale = (await readdir(directory)).filter((name) => /^\d\d-[a-z-]+\.yaml$/.test(name) && !names.has(name));
  await Promise.all([
    ...stale.map((name) => rm(join(directory, name))),
    ...files.map(({ name, yaml }) => writeFile(join(directory, name), yaml)),
  ]);
}
