import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../cli/failure.ts';
import { explainGit, type GitOptions, git } from './git.ts';

export interface CloneOptions {
  readonly repository: string;
  readonly branch: string;
  /** All of the history, or only the newest commit. */
  readonly history: 'whole' | 'newest';
  readonly environment: GitOptions['environment'];
  readonly signal?: AbortSignal | undefined;
}

/** A clone of the manifest repository in a directory of its own, which is removed when it is disposed of. */
export class Checkout implements AsyncDisposable {
  readonly directory: string;
  readonly #options: CloneOptions;

  private constructor(directory: string, options: CloneOptions) {
    this.directory = directory;
    this.#options = options;
  }

  /** @throws {Failure} unreachable, denied, or usage when there is no such branch */
  static async clone(options: CloneOptions): Promise<Checkout> {
    const { repository, branch, history, environment } = options;
    const parent = environment['TMPDIR'] || tmpdir();
    const checkout = new Checkout(await mkdtemp(join(parent, 'manifests-')), options);
    const depth = history === 'newest' ? ['--depth', '1'] : [];
    try {
      // By this name, whatever clone.defaultRemoteName says.
      const origin = ['--origin', 'origin', '--single-branch', '--branch', branch];
      await checkout.git('clone', '--quiet', ...origin, ...depth, '--', repository, '.');
      await checkout.#identify();
    } catch (error) {
      await checkout[Symbol.asyncDispose]();
      throw explainGit(error, `the manifest repository ${repository} could not be cloned`);
    }
    return checkout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true, maxRetries: 10 });
  }

  git(...args: string[]): Promise<string> {
    const { environment, signal } = this.#options;
    return git(args, { directory: this.directory, environment, signal });
  }

  /** The text of a file, or undefined when there is none. */
  async read(path: string): Promise<string | undefined> {
    const file = join(this.directory, path);
    return existsSync(file) ? readFile(file, 'utf8') : undefined;
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  /** Names of the folders in a folder, sorted; none when it is missing. */
  async folders(path: string): Promise<string[]> {
    const directory = join(this.directory, path);
    if (!existsSync(directory)) return [];
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted();
  }

  /** Commits what was changed below some paths. @returns whether there was anything to commit */
  async commit(below: readonly string[], message: string): Promise<boolean> {
    await this.git('add', '--all', '--', ...below);
    const changed = await this.git('diff', '--cached', '--name-only');
    if (changed === '') return false;
    await this.git('commit', '--quiet', '--no-verify', '--message', message);
    return true;
  }

  /** Git refuses to commit for nobody: on a machine that never said who it is, the command commits in its own name. */
  async #identify(): Promise<void> {
    const { environment } = this.#options;
    if (environment['GIT_AUTHOR_NAME'] && environment['GIT_COMMITTER_NAME']) return;
    const known = await this.git('config', '--get', 'user.email').catch(() => '');
    if (known.trim() !== '') return;
    await this.git('config', 'user.name', 'ticketaka gitops');
    await this.git('config', 'user.email', 'gitops@ticketaka.example');
  }
}

/** The folder of a service that `render` made. @throws {Failure} conflict, naming what there is */
export async function requireService(checkout: Checkout, environmentFolder: string, service: string): Promise<void> {
  const services = await checkout.folders(environmentFolder);
  if (services.includes(service)) return;
  const there = services.length > 0 ? `there are: ${services.join(', ')}` : 'it is empty or missing';
  throw new Failure(
    'conflict',
    `no ${service} in ${environmentFolder} of the manifest repository; ${there}. Render it first.`,
  );
}
