import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The repository at one moment: its files as they lie there, or as a commit has them. */
export interface Tree {
  /** Paths from the root, with slashes, sorted. */
  readonly paths: readonly string[];
  /** @throws when there is no such file */
  read(path: string): string;
}

/** Folders that are made, not written. */
const made = new Set(['node_modules', 'dist', '.git', '.local']);

/** The files below `services` and beside it, as they lie there. */
export function workingTree(root: string): Tree {
  const beside = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const below = filesBelow(join(root, 'services')).map((path) => relative(root, path).replaceAll(sep, '/'));
  return {
    paths: [...beside, ...below].toSorted(),
    read: (path) => readFileSync(join(root, path), 'utf8'),
  };
}

/** The files of a commit. Needs git, and the commit in the clone. */
export function commitTree(root: string, commit: string): Tree {
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', args, { cwd: root, input, maxBuffer: 256 * 2 ** 20, stdio: ['pipe', 'pipe', 'pipe'] });
  const listed = git(['ls-tree', '-r', '-z', '--name-only', '--end-of-options', commit]).toString();
  const paths = listed.split('\0').filter(Boolean).toSorted();
  // All at once: git started anew for each file takes half a minute for a few hundred.
  const wanted = paths.filter(
    (path) => path.startsWith('services/') || !/[/\n]/.test(path) || path.startsWith('tests/delivery/'),
  );
  const contents = splitBatch(git(['cat-file', '--batch'], wanted.map((path) => `${commit}:${path}\n`).join('')));
  const byPath = new Map(wanted.map((path, index) => [path, contents[index] ?? '']));
  return {
    paths,
    read(path) {
      const content = byPath.get(path);
      if (content === undefined) throw new Error(`${commit} has no ${path} that a service could need`);
      return content;
    },
  };
}

/** What `git cat-file --batch` prints: for each object a line that ends with its size, its bytes, and a line end. */
function splitBatch(output: Buffer): readonly string[] {
  const contents: string[] = [];
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    const size = Number(output.subarray(at, end).toString().split(' ').at(-1));
    contents.push(output.subarray(end + 1, end + 1 + size).toString());
    at = end + 1 + size + 1;
  }
  return contents;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return made.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
