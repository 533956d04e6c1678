import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changedServices } from './changed-services.ts';
import { writeImageContext } from './image-context.ts';
import { installFiles } from './pruned-lock.ts';
import { deployableServices, importsOf, serviceFiles } from './service-files.ts';
import { type Tree, workingTree } from './tree.ts';

const root = join(import.meta.dirname, '../..');
const tree = workingTree(root);
const services = deployableServices(tree);
const node = join(root, 'node_modules/node/bin/node');

describe('the files of a service', () => {
  it('are known for every service that has an entry', () => {
    expect(services).toEqual(expect.arrayContaining(['auth', 'mail', 'members', 'performances', 'web']));
    expect(services).not.toContain('platform');
  });

  it.each(services)('hold no test, no document and no other service but its API: %s', (service) => {
    const files = serviceFiles(tree, service);
    expect(files.filter((path) => /\.test\.ts$|\/test\/|\/testing\/|\.md$/.test(path))).toEqual([]);
    const foreign = files.filter(
      (path) => !path.startsWith(`services/${service}/`) && !path.startsWith('services/platform/'),
    );
    // Nothing that opens a store, handles a request or starts a process.
    expect(
      foreign.filter((path) => /\/(http|store|events|domain|migrations|main\.|wire|service\.ts)/.test(path)),
    ).toEqual([]);
  });

  it('are found by what is imported when it runs, not by types', () => {
    const source = `
      import type { A } from './types.ts';
      import { type B, b } from './values.ts';
      export * from "./more.ts";
      import './effect.ts';
      const late = () => import('./late.ts');`;
    expect(importsOf(source)).toEqual(['./values.ts', './more.ts', './effect.ts', './late.ts']);
  });
});

describe('a folder with nothing but the files and packages of one service', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'ticketaka-image-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each(services)('is enough for every entry of it to start: %s', (service) => {
    const folder = join(home, service);
    writeImageContext(root, service, folder);
    const app = join(folder, 'packages');
    cpSync(join(folder, 'sources'), app, { recursive: true });
    linkPackages(service, app);
    const entries = readdirSync(join(app, 'services', service)).filter((name) => /^main\..+\.ts$/.test(name));
    for (const entry of entries) {
      const { stderr } = spawnSync(node, [join('services', service, entry)], { cwd: app, env: {}, encoding: 'utf8' });
      // It loaded everything, and misses its configuration only.
      expect([entry, stderr]).toEqual([entry, expect.stringMatching(/^[a-z]+-[a-z]+: Configuration: /)]);
    }
  });
});

describe('what a service is installed from', () => {
  it.each(services)('names every package that its files import: %s', (service) => {
    const lock = lockOf(tree, service);
    const packages = serviceFiles(tree, service)
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => importsOf(tree.read(path)))
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
      .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    const places = Object.keys(lock);
    expect(packages.filter((name) => !places.some((place) => place.endsWith(`node_modules/${name}`)))).toEqual([]);
  });

  it('has the versions and checksums of the repository, nothing for development, and no mention of what is missing', () => {
    const whole = (JSON.parse(tree.read('package-lock.json')) as { packages: Packages }).packages;
    const part = lockOf(tree, 'performances');
    for (const [place, entry] of Object.entries(part).filter(([path]) => path.includes('node_modules/'))) {
      expect([place, entry.version, entry.integrity]).toEqual([place, whole[place]?.version, whole[place]?.integrity]);
      for (const name of Object.keys(entry.optionalDependencies ?? {}))
        expect(Object.keys(part).some((other) => other.endsWith(`node_modules/${name}`))).toBe(true);
    }
    expect(
      Object.keys(part).filter((place) => /node_modules\/(jest|typescript|node|smtp-server)$/.test(place)),
    ).toEqual([]);
  });
});

describe('the services that a change concerns', () => {
  it.each<[string, string, readonly string[]]>([
    ['none, of a test', 'services/auth/test/any.test.ts', []],
    ['none, of a document', 'services/platform/testing/README.md', []],
    ['the one whose handler it is', 'services/mail/main.worker.ts', ['mail']],
    ['all, of the platform', 'services/platform/ids/index.ts', services],
  ])('are %s', (_, path, expected) => {
    expect(changedServices(tree, edited(path, withComment))).toEqual(expected);
  });

  it('are those that import an API, of that API', () => {
    const changed = changedServices(tree, edited('services/members/api.ts', withComment));
    expect(changed).toEqual(expect.arrayContaining(['auth', 'members', 'web']));
    expect(changed).not.toContain('performances');
  });

  it('are those that use a package, of a new version of it', () => {
    const after = edited('package-lock.json', (before) => {
      const lock = JSON.parse(before) as { packages: Packages };
      const sharp = lock.packages['node_modules/sharp'];
      return JSON.stringify({
        ...lock,
        packages: { ...lock.packages, 'node_modules/sharp': { ...sharp, version: '9.9.9' } },
      });
    });
    expect(changedServices(tree, after)).toEqual(['performances']);
  });

  it('are all, of the recipe of images', () => {
    expect(changedServices(tree, edited('Dockerfile', withComment))).toEqual(services);
  });

  it('are one that is new', () => {
    const before: Tree = { ...tree, paths: tree.paths.filter((path) => !path.startsWith('services/mail/main.')) };
    expect(changedServices(before, tree)).toEqual(['mail']);
  });
});

interface LockedEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Readonly<Record<string, LockedEntry>>;

function lockOf(of: Tree, service: string): Packages {
  return (JSON.parse(installFiles(of, service)['package-lock.json'] ?? '') as { packages: Packages }).packages;
}

/** The tree with another content of one file, which may be new. */
function edited(path: string, content: (before: string) => string): Tree {
  return {
    paths: tree.paths.includes(path) ? tree.paths : [...tree.paths, path].toSorted(),
    read: (asked) => (asked === path ? content(tree.paths.includes(path) ? tree.read(path) : '') : tree.read(asked)),
  };
}

function withComment(before: string): string {
  return `${before}\n// changed`;
}

/** Puts the packages of the lock where `npm ci` would, as links to those that are installed here. */
function linkPackages(service: string, app: string): void {
  const places = Object.keys(lockOf(tree, service)).filter((place) =>
    /^(services\/[^/]+\/)?node_modules\/(@[^/]+\/)?[^/]+$/.test(place),
  );
  for (const place of places) {
    const own = place.startsWith('node_modules/@ticketaka/');
    const target = own ? join(app, 'services', place.slice('node_modules/@ticketaka/'.length)) : join(root, place);
    mkdirSync(dirname(join(app, place)), { recursive: true });
    symlinkSync(target, join(app, place));
  }
}
