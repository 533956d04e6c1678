import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';
import type { Tree } from './tree.ts';

const scope = '@ticketaka/';

/** A module imports what the tree does not have. */
export class MissingModule extends Error {
  override readonly name = 'MissingModule';
}

/** A package of the repository, as far as it matters here. */
export interface Workspace {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Names of the services that can be deployed: the folders below `services` that have an entry. */
export function deployableServices({ paths }: Tree): readonly string[] {
  const entries = paths.flatMap((path) => /^services\/([^/]+)\/main\.[^/]+\.ts$/.exec(path)?.[1] ?? []);
  return [...new Set(entries)].toSorted();
}

/** The package of a folder below `services`. */
function workspaceOf(tree: Tree, service: string): Workspace {
  // Written by us, and checked by npm.
  return JSON.parse(tree.read(`services/${service}/package.json`)) as Workspace;
}

/**
 * The files that a service runs on, and no other: its own folder and the platform's without their tests, and of the
 * services whose APIs it imports, those APIs with what they import.
 * @returns paths from the root, sorted
 * @throws {MissingModule} when something is imported that is not there; Error when there is no such service
 */
export function serviceFiles(tree: Tree, service: string): readonly string[] {
  if (!deployableServices(tree).includes(service)) throw new Error(`there is no service ${service} to deploy`);
  const files = new Set(tree.paths.filter((path) => isShipped(path, service) || isShipped(path, 'platform')));
  for (const path of [...files].filter((one) => one.endsWith('.ts'))) addImports(tree, path, files);
  const folders = new Set([...files].flatMap((path) => /^services\/[^/]+/.exec(path)?.[0] ?? []));
  for (const folder of folders) files.add(`${folder}/package.json`);
  return [...files].toSorted();
}

function isShipped(path: string, service: string): boolean {
  if (!path.startsWith(`services/${service}/`) || path.endsWith('.md')) return false;
  return !/\.test\.ts$|\/(test|testing|__snapshots__)\//.test(path);
}

/** Adds what a module imports of the repository, and what that imports. */
function addImports(tree: Tree, from: string, files: Set<string>): void {
  for (const specifier of importsOf(tree.read(from))) {
    const path = resolve(tree, specifier, from);
    if (path === undefined || files.has(path)) continue;
    if (!tree.paths.includes(path)) throw new MissingModule(`${from} imports ${specifier}, which is not there`);
    files.add(path);
    addImports(tree, path, files);
  }
}

/** What was found in a source, by its text: most modules are looked at once for each service. */
const known = new Map<string, readonly string[]>();

/** What a module loads when it runs: imports of types alone are gone by then. */
export function importsOf(source: string): readonly string[] {
  const found = known.get(source) ?? findImports(source);
  known.set(source, found);
  return found;
}

function findImports(source: string): readonly string[] {
  const code = stripTypeScriptTypes(source);
  const statement = /^[ \t]*(?:import|export)\b(?:[^;'"`]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm;
  const late = /(?<![.\w])import\(\s*['"]([^'"\n]+)['"]/g;
  return [...code.matchAll(statement), ...code.matchAll(late)].flatMap(([, specifier]) => specifier ?? []);
}

/** The file of the repository that an import means, or undefined for a package of npm or of Node. */
function resolve(tree: Tree, specifier: string, from: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  if (!specifier.startsWith(scope)) return undefined;
  const [name = '', ...rest] = specifier.slice(scope.length).split('/');
  const wanted = `./${rest.join('/')}`;
  for (const [pattern, target] of Object.entries(workspaceOf(tree, name).exports ?? {})) {
    const [before = '', after] = pattern.split('*');
    if (after === undefined ? pattern !== wanted : !wanted.startsWith(before) || !wanted.endsWith(after)) continue;
    const matched = after === undefined ? '' : wanted.slice(before.length, wanted.length - after.length);
    return posix.join('services', name, target.replace('*', matched));
  }
  throw new MissingModule(`${from} imports ${specifier}, which ${scope}${name} does not export`);
}
