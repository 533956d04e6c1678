import { importsOf, serviceFiles, type Workspace } from './service-files.ts';
import type { Tree } from './tree.ts';

interface LockedPackage {
  readonly version?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly name: string;
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** Contents by path: a root package that knows the service's workspaces only, those, and the lock. */
export type InstallFiles = Readonly<Record<string, string>>;

/**
 * What to install a service's production packages from: the repository's lock, cut down to them. The same versions and
 * checksums, and the same bytes as long as nothing that the service runs on changes.
 *
 * `npm ci` refuses the whole lock, which misses optional packages for other operating systems; in the part, the mention
 * of what is missing is left out, and `npm ci` takes it.
 */
export function installFiles(tree: Tree, service: string): InstallFiles {
  const workspaces = workspacesFor(tree, service);
  // The lock is npm's, of version 3, which has these fields.
  const lock = JSON.parse(tree.read('package-lock.json')) as Lock;
  const root = {
    name: 'ticketaka',
    version: '0.1.0',
    private: true,
    type: 'module',
    workspaces: [...workspaces.keys()],
  };
  const locked: Lock = { ...lock, packages: { ...lock.packages, ...Object.fromEntries(workspaces) } };
  const packages: Record<string, object> = { '': root };
  for (const place of keptPlaces(locked, [...workspaces.keys()])) packages[place] = withoutMissing(locked, place);
  const { name, lockfileVersion } = lock;
  return {
    'package.json': json(root),
    'package-lock.json': json({ name, version: '0.1.0', lockfileVersion, requires: true, packages }),
    ...Object.fromEntries([...workspaces].map(([path, description]) => [`${path}/package.json`, json(description)])),
  };
}

/** The packages of the repository that a service needs, by their folders, each asking only for what its files import. */
function workspacesFor(tree: Tree, service: string): ReadonlyMap<string, Workspace> {
  const files = serviceFiles(tree, service);
  const descriptions = files.filter((path) => path.endsWith('/package.json'));
  return new Map(
    descriptions.map((path) => {
      const folder = path.slice(0, -'/package.json'.length);
      // Written by us, and checked by npm.
      const { devDependencies: _, ...description } = JSON.parse(tree.read(path)) as Workspace;
      const sources = files.filter((file) => file.startsWith(`${folder}/`) && file.endsWith('.ts'));
      const imported = new Set(sources.flatMap((file) => importsOf(tree.read(file))).map(packageOf));
      const used = Object.entries(description.dependencies ?? {}).filter(
        // What the platform finds by another way than an import, it finds by createRequire.
        ([name]) => imported.has(name) || folder === 'services/platform',
      );
      return [folder, { ...description, dependencies: Object.fromEntries(used) }];
    }),
  );
}

/** `@scope/name` or `name` of what an import says. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Places of the lock that the workspaces need, themselves and the links to them included. */
function keptPlaces(lock: Lock, workspaces: readonly string[]): readonly string[] {
  const kept = new Set<string>();
  const keep = (place: string) => {
    if (kept.has(place)) return;
    kept.add(place);
    const { dependencies, optionalDependencies, peerDependencies } = lock.packages[place] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const found = placeOf(lock, name, place);
      if (found !== undefined) keep(found);
    }
  };
  for (const path of workspaces) keep(path);
  // npm links every workspace, wanted by another or not.
  for (const [place, { link, resolved }] of Object.entries(lock.packages))
    if (link && resolved && workspaces.includes(resolved)) keep(place);
  return [...kept].toSorted();
}

/** Nothing is tested in an image. */
function withoutDevelopment(description: object): object {
  return Object.fromEntries(Object.entries(description).filter(([key]) => key !== 'devDependencies'));
}

/** Where Node would find a package that one at a place asks for: beside it, or in a folder above. */
function placeOf({ packages }: Lock, name: string, from: string): string | undefined {
  for (let folder: string | undefined = from; folder !== undefined; folder = above(folder)) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[place]) return place;
  }
  return undefined;
}

/** The folder above that may hold packages; undefined above the root. */
function above(folder: string): string | undefined {
  if (folder === '') return undefined;
  const cut = folder.lastIndexOf('/node_modules/');
  return cut < 0 ? '' : folder.slice(0, cut);
}

function withoutMissing(lock: Lock, place: string): object {
  const { optionalDependencies, ...rest } = lock.packages[place] ?? {};
  const entry = withoutDevelopment(rest);
  const there = Object.entries(optionalDependencies ?? {}).filter(([name]) => placeOf(lock, name, place));
  return there.length === 0 ? entry : { ...entry, optionalDependencies: Object.fromEntries(there) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
