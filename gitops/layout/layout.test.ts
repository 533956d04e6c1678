import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readObjects } from '../difference/read-objects.ts';
import { applyImages } from '../test/apply-images.ts';
import { digestOf } from '../test/manifest-repository.ts';
import { silentContext, temporaryDirectory } from '../test/sandbox.ts';
import * as render from '../verbs/render.ts';
import { imagesOf, isImageOf, nameOfImage } from './containers.ts';
import { newKustomization, readReleases, replaceReleases } from './kustomization.ts';
import { ownerOf } from './owner.ts';
import { paths, sharedFolder } from './paths.ts';
import { clusterEnvironments, renderEnvironment, serviceNames } from './render-environment.ts';
import { foldersOf, yamlOf } from './tree.ts';
import { writeFolders } from './write-folders.ts';

const keyOf = (object: { kind: string; metadata: { name: string; namespace?: string } }) =>
  `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/** The resources that kustomize would find from a folder on: files, and kustomizations of folders. */
async function resourcesFrom(folder: string): Promise<string[]> {
  const { resources } = parse(await readFile(join(folder, 'kustomization.yaml'), 'utf8')) as { resources: string[] };
  const found = await Promise.all(
    resources.map(async (name) => (name.endsWith('.yaml') ? [join(folder, name)] : resourcesFrom(join(folder, name)))),
  );
  return found.flat();
}

describe.each(clusterEnvironments)('the layout of %s', (environment) => {
  it('holds every rendered object once, in files that a kustomization lists', async () => {
    await using directory = await temporaryDirectory();
    const objects = await renderEnvironment(environment);
    await writeFolders(directory.path, environment, foldersOf({ environment, services: serviceNames, objects }));
    const base = join(directory.path, paths.environment(environment));
    expect((await readObjects(base)).map(keyOf).toSorted()).toEqual(objects.map(keyOf).toSorted());
    for (const owner of await readdir(base)) {
      const manifests = join(base, owner, 'manifests');
      const files = (await readdir(manifests)).filter((name) => name !== 'kustomization.yaml');
      expect(await resourcesFrom(manifests)).toEqual(files.toSorted().map((name) => join(manifests, name)));
    }
  });

  it('has in the pods of every service the labels that a release writes its version to', async () => {
    const objects = await renderEnvironment(environment);
    const owned = objects.filter((object) => ownerOf(object, serviceNames) !== sharedFolder);
    const patched = owned.filter(({ kind }) => ['Deployment', 'Job', 'Rollout'].includes(kind));
    expect(patched.length).toBeGreaterThan(serviceNames.length);
    for (const { spec } of patched) {
      // The charts have checked each against its schema.
      const { template } = spec as { template: { metadata: { labels: Record<string, string> } } };
      expect(template.metadata.labels).toMatchObject({
        'app.kubernetes.io/version': 'unreleased',
        version: 'unreleased',
      });
    }
  });

  it('runs, with the images that are released, nothing of ours that is not pinned', async () => {
    const objects = await renderEnvironment(environment);
    for (const service of serviceNames) {
      const own = objects.filter((object) => ownerOf(object, serviceNames) === service);
      const name =
        imagesOf(own)
          .map(nameOfImage)
          .find((image) => isImageOf(service, image)) ?? '';
      const image = { repository: `registry.example/${service}`, tag: 'v1', digest: digestOf('a') };
      const releases = readReleases(newKustomization(service, [{ name, image }]), 'kustomization.yaml');
      const images = imagesOf(applyImages(own, releases)).filter((each) => isImageOf(service, nameOfImage(each)));
      expect(images.length).toBeGreaterThan(0);
      expect(new Set(images)).toEqual(new Set([`registry.example/${service}:v1@${digestOf('a')}`]));
    }
  });
});

/** Whose an object of this name and label is, where there are `mail` and `mail-archive`. */
function ownerNamed(name: string, label?: string): string {
  const metadata = { name, ...(label && { labels: { 'app.kubernetes.io/name': label } }) };
  return ownerOf({ apiVersion: 'v1', kind: 'Service', metadata }, ['mail', 'mail-archive']);
}

describe('a folder of the layout', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'auth-api' } };
  const pod = { ...service, spec: { containers: [{ image: 'ghcr.io/ticketaka/auth:unreleased' }] } };
  const folders = (object: typeof service) => foldersOf({ environment: 'dev', services: ['auth'], objects: [object] });

  it('that runs an image has no kustomization until its first release, and keeps that when it is rendered again', async () => {
    await using directory = await temporaryDirectory();
    expect(await writeFolders(directory.path, 'dev', folders(service))).toEqual({ removed: [], waiting: [] });
    expect(await writeFolders(directory.path, 'dev', folders(pod))).toEqual({ removed: [], waiting: ['auth'] });
    const base = join(directory.path, 'environments/dev/auth');
    expect(await readdir(base)).toEqual(['manifests']);
  });

  it('keeps its image when the manifests get it by another name, of another registry', async () => {
    await using directory = await temporaryDirectory();
    await writeFolders(directory.path, 'dev', folders(pod));
    const file = join(directory.path, paths.kustomization('dev', 'auth'));
    const image = { repository: 'ghcr.io/ticketaka/auth', tag: 'v1', digest: digestOf('a') };
    await writeFile(file, newKustomization('auth', [{ name: 'ghcr.io/ticketaka/auth', image }]));
    const moved = { ...pod, spec: { containers: [{ image: 'registry.example:5000/tickets/auth:unreleased' }] } };
    await writeFolders(directory.path, 'dev', folders(moved));
    const releases = readReleases(await readFile(file, 'utf8'), file);
    expect(releases).toEqual([{ name: 'registry.example:5000/tickets/auth', image }]);
    expect(imagesOf(applyImages(moved, releases))).toEqual([`ghcr.io/ticketaka/auth:v1@${digestOf('a')}`]);
  });

  it('goes when nothing declares its service any more', async () => {
    await using directory = await temporaryDirectory();
    await writeFolders(directory.path, 'dev', folders(pod));
    const { removed } = await writeFolders(directory.path, 'dev', []);
    expect(removed).toEqual(['auth']);
    expect(await readdir(join(directory.path, 'environments/dev'))).toEqual([]);
  });

  it('belongs to the service that the label names, or else the longest that begins the name', () => {
    expect(ownerNamed('mail-archive-api')).toBe('mail-archive');
    expect(ownerNamed('mail-api')).toBe('mail');
    expect(ownerNamed('mailbox')).toBe(sharedFolder);
    expect(ownerNamed('anything', 'mail')).toBe('mail');
    expect(ownerNamed('mail-alerts', 'platform')).toBe(sharedFolder);
  });
});

describe('the version of a release', () => {
  const image = { repository: 'registry.example/auth', digest: digestOf('a') };
  const released = (tag: string) => newKustomization('auth', [{ name: 'ticketaka/auth', image: { ...image, tag } }]);
  const values = (text: string) => {
    const { patches } = parse(text) as { patches: { patch: string }[] };
    return patches.flatMap(({ patch }) => (parse(patch) as { value: string }[]).map(({ value }) => value));
  };

  it('is its tag, as far as a label may say it, and always text', () => {
    expect(values(released('v1.4.0'))).toEqual(['v1.4.0', 'v1.4.0']);
    expect(values(released('20261120'))).toEqual(['20261120', '20261120']);
    expect(values(released(`v${'1'.repeat(61)}.-rest`))).toEqual([`v${'1'.repeat(61)}`, `v${'1'.repeat(61)}`]);
  });

  it('takes the place of the one before, beside what people patch', () => {
    const text = `${released('v1').trimEnd()}\n  - path: more-memory.yaml\n`;
    const next = replaceReleases(text, [{ name: 'ticketaka/auth', image: { ...image, tag: 'v2' } }], 'file');
    const { patches } = parse(next) as { patches: object[] };
    expect(patches).toHaveLength(2);
    expect(patches[0]).toEqual({ path: 'more-memory.yaml' });
    expect(next).not.toMatch(/: v1$/m);
  });
});

describe('the YAML of the layout', () => {
  it('quotes what Kubernetes would read as something else than text', () => {
    const data = { a: 'on', b: '1:30', c: 'no', d: '0x1f', e: '1e3', f: 'null', g: '2026-01-01', h: '' };
    expect(parse(yamlOf([{ data }]), { version: '1.1' })).toEqual({ data });
    expect(yamlOf([{ data }])).toContain('a: "on"');
  });
});

describe('render', () => {
  it('points Argo CD at the repository, without what opens it', async () => {
    await using directory = await temporaryDirectory();
    const named = { GITOPS_REPOSITORY: 'https://pipeline:hunter2hunter2@git.example/manifests.git' };
    const context = silentContext();
    await render.run(['--env', 'dev', '--out', directory.path], { ...context, environment: named });
    const application = await readFile(join(directory.path, 'argocd/dev/auth.yaml'), 'utf8');
    expect(application).toContain('repoURL: https://git.example/manifests.git\n');
  });

  it('knows no environment of a laptop', async () => {
    await expect(render.run(['--env', 'local'], silentContext())).rejects.toMatchObject({ ending: 'usage' });
  });
});
