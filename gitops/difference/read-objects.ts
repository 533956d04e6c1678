import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { Failure } from '../cli/failure.ts';
import type { ManifestObject } from './object-changes.ts';

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().exactOptional() }),
});

/** Files that arrange manifests, and are none themselves. */
const arrangements = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

/**
 * Reads every manifest below a directory.
 * @throws {Failure} usage, for a directory that is missing or holds something else
 */
export async function readObjects(directory: string): Promise<readonly ManifestObject[]> {
  if (!existsSync(directory)) throw new Failure('usage', `there is no directory ${directory}`);
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !arrangements.has(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
  const objects = await Promise.all(files.map(readFileObjects));
  return objects.flat();
}

async function readFileObjects(file: string): Promise<ManifestObject[]> {
  return parseAllDocuments(await readFile(file, 'utf8'), { version: '1.1' }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Failure('usage', `${file} is not YAML: ${error.message}`, { cause: error });
    const value: unknown = document.toJS();
    if (value === null) return [];
    const parsed = objectSchema.safeParse(value);
    if (!parsed.success) throw new Failure('usage', `${file} holds something else than Kubernetes objects`);
    return [parsed.data];
  });
}
