/** Reading of rendered manifests: YAML files of one directory, several documents each. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

/** Everything that stops a set of manifests from being loaded, each with file, kind/name and path of the field. */
export class ManifestError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ManifestError';
    this.problems = problems;
  }
}

const envelope = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});

export interface Manifest {
  /** `local.yaml: VirtualService ticketaka/auth`, to begin a message with. */
  readonly where: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** `default` when the document names none. */
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** The whole document. */
  readonly document: Readonly<Record<string, unknown>>;
}

/**
 * Reads every `.yaml` and `.yml` file of a directory, in the order of their names.
 * @throws {ManifestError} when a file is no YAML or a document is no Kubernetes object
 */
export async function readManifests(directory: string): Promise<Manifest[]> {
  const files = (await readdir(directory)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
  const texts = await Promise.all(
    files.map(async (file) => ({ file, text: await readFile(join(directory, file), 'utf8') })),
  );
  return parseManifests(texts);
}

export function parseManifests(files: readonly { readonly file: string; readonly text: string }[]): Manifest[] {
  const problems: string[] = [];
  const manifests: Manifest[] = [];
  for (const { file, text } of files) {
    for (const document of parseAllDocuments(text, { uniqueKeys: true })) {
      if ('empty' in document) continue;
      for (const error of document.errors) problems.push(`${file}: ${error.message}`);
      const content: unknown = document.errors.length > 0 ? null : document.toJS();
      if (content === null) continue;
      const parsed = envelope.safeParse(content);
      if (!parsed.success) {
        problems.push(`${file}: a document is not a Kubernetes object: ${z.prettifyError(parsed.error)}`);
        continue;
      }
      const { apiVersion, kind, metadata } = parsed.data;
      const namespace = metadata.namespace ?? 'default';
      manifests.push({
        where: `${file}: ${kind} ${namespace}/${metadata.name}`,
        apiVersion,
        kind,
        name: metadata.name,
        namespace,
        annotations: metadata.annotations ?? {},
        document: parsed.data,
      });
    }
  }
  if (problems.length > 0) throw new ManifestError(problems);
  return manifests;
}
