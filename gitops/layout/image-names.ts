import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { imagesOf, nameOfImage } from './containers.ts';

/** The names of the images that the manifests of a folder run, each once, sorted. */
export async function imageNamesIn({ directory }: { readonly directory: string }, folder: string): Promise<string[]> {
  const from = join(directory, folder);
  if (!existsSync(from)) return [];
  const files = (await readdir(from)).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(files.map((name) => readFile(join(from, name), 'utf8')));
  const objects = texts.flatMap((text) => parseAllDocuments(text).map((document): unknown => document.toJS()));
  return [...new Set(imagesOf(objects).map(nameOfImage))].toSorted();
}
