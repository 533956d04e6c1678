import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { linkPackages } from '../difference/link-packages.ts';
import { codeRoot } from '../layout/code-root.ts';
import { git } from '../repository/git.ts';
import { environment, type Ran, temporaryDirectory } from './sandbox.ts';

/** What rendering needs of the repository. */
const parts = ['charts-cdk8s', 'gitops', 'services', 'package.json'];

export interface ScratchCopy extends AsyncDisposable {
  write(path: string, text: string): Promise<void>;
  replace(path: string, from: string, to: string): Promise<void>;
  /** As npm does for a folder that is a workspace. */
  link(name: string): Promise<void>;
  commit(message: string): Promise<void>;
  git(...args: string[]): Promise<string>;
  /** Runs the command line of the copy. */
  gitops(args: readonly string[], variables?: Readonly<Record<string, string>>): Promise<Ran>;
}

/** A repository of its own with the files as they are in the working tree, for a test that changes them. */
export async function scratchCopy(): Promise<ScratchCopy> {
  const directory = await temporaryDirectory();
  const root = directory.path;
  const inRoot = { directory: root, environment };
  const list = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...parts], {
    directory: codeRoot,
    environment,
  });
  for (const path of new Set(list.split('\0').filter(Boolean))) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    // A file that was just removed is listed until that is committed.
    await copyFile(join(codeRoot, path), join(root, path)).catch(ignoreMissing);
  }
  await writeFile(join(root, '.gitignore'), 'node_modules\n');
  await linkPackages(codeRoot, root);
  await git(['init', '--quiet', '--initial-branch', 'main'], inRoot);
  const commit = async (message: string) => {
    await git(['add', '--all'], inRoot);
    await git(['commit', '--quiet', '--message', message], inRoot);
  };
  await commit('As it is');
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  return {
    write,
    commit,
    git: (...args) => git(args, inRoot),
    replace: async (path, from, to) => {
      const text = await readFile(join(root, path), 'utf8');
      if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
      await write(path, text.replace(from, to));
    },
    link: (name) => symlink(`../../services/${name}`, join(root, 'node_modules/@ticketaka', name)),
    gitops: async (args, variables = {}) => {
      const run = promisify(execFile)(process.execPath, [join(root, 'gitops/main.ts'), ...args], {
        cwd: root,
        env: { ...environment, ...variables },
        maxBuffer: 64 * 1024 * 1024,
      });
      return run.then(
        ({ stdout, stderr }) => ({ code: 0, out: stdout, said: stderr }),
        // What execFile rejects with has these, by its documentation.
        (error: { code: number; stdout: string; stderr: string }) => ({
          code: error.code,
          out: error.stdout,
          said: error.stderr,
        }),
      );
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
