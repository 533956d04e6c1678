import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { foldersOf } from '../layout/tree.ts';
import { writeFolders } from '../layout/write-folders.ts';
import { git } from '../repository/git.ts';
import { environment, temporaryDirectory } from './sandbox.ts';

export const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/** A Deployment that runs the rendered image of its service. */
export function deployment(service: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${service}-api`, namespace: 'ticketaka' },
    spec: { template: { spec: { containers: [{ name: 'app', image: `ticketaka/${service}` }] } } },
  };
}

export interface ManifestRepository extends AsyncDisposable {
  /** Its address, with a scheme so that git goes through its transport as it would over a network. */
  readonly url: string;
  /** Runs git on the bare repository. */
  git(...args: string[]): Promise<string>;
  /** The text of a file on main. */
  read(path: string): Promise<string>;
  /** Subjects of the commits on main, newest first. */
  subjects(): Promise<string[]>;
  /** Commits files, by their paths, as somebody else. */
  push(files: Readonly<Record<string, string>>): Promise<void>;
  hook(name: string, script: string): Promise<void>;
}

/** A bare repository whose main branch holds the rendered folders of the services in dev, staging and prod. */
export async function manifestRepository(services: readonly string[]): Promise<ManifestRepository> {
  const directory = await temporaryDirectory();
  const bare = join(directory.path, 'manifests.git');
  const work = join(directory.path, 'work');
  await mkdir(bare);
  await mkdir(work);
  const inBare = (...args: string[]) => git(args, { directory: bare, environment });
  const inWork = (...args: string[]) => git(args, { directory: work, environment });
  await inBare('init', '--quiet', '--bare', '--initial-branch', 'main');
  await inWork('clone', '--quiet', bare, '.');
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text);
  };
  const commit = async (message: string) => {
    await inWork('add', '--all');
    await inWork('commit', '--quiet', '--message', message);
    await inWork('push', '--quiet', 'origin', 'HEAD:main');
  };
  for (const name of ['dev', 'staging', 'prod']) {
    await writeFolders(work, name, foldersOf({ environment: name, services, objects: services.map(deployment) }));
  }
  await write('README.md', 'What the clusters run.\n');
  await commit('Render everything');
  return {
    url: `file://${bare}`,
    git: inBare,
    read: (path) => inBare('show', `main:${path}`),
    subjects: async () => (await inBare('log', '--format=%s', 'main')).trim().split('\n'),
    push: async (files) => {
      await inWork('pull', '--quiet', '--rebase', 'origin', 'main');
      for (const [path, text] of Object.entries(files)) await write(path, text);
      await commit(`Change ${Object.keys(files).join(', ')}`);
    },
    hook: async (name, script) => {
      await mkdir(join(bare, 'hooks'), { recursive: true });
      await writeFile(join(bare, 'hooks', name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bare, 'hooks', name), 0o755);
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}
