/** @needs git */

import { describe, expect, it } from '@jest/globals';
import { paths } from '../layout/paths.ts';
import { digestOf, type ManifestRepository, manifestRepository } from '../test/manifest-repository.ts';
import { runVerb } from '../test/sandbox.ts';
import * as bump from './bump.ts';
import * as rollback from './rollback.ts';

async function released(repository: ManifestRepository, digit: string, service = 'auth'): Promise<void> {
  const image = `ghcr.io/ticketaka/${service}@${digestOf(digit)}`;
  const args = [service, '--env', 'prod', '--repository', repository.url, '--image', image, '--tag', `v-${digit}`];
  expect((await runVerb(bump, args)).code).toBe(0);
}

const rolledBack = (repository: ManifestRepository, ...more: string[]) =>
  runVerb(rollback, ['auth', '--env', 'prod', '--repository', repository.url, ...more]);

const file = paths.kustomization('prod', 'auth');

describe('rollback', () => {
  it('is a commit that reverts the last release, whatever else was released since', async () => {
    await using repository = await manifestRepository(['auth', 'mail']);
    await released(repository, 'a');
    const before = await repository.read(file);
    await released(repository, 'b');
    const bad = (await repository.git('rev-parse', 'main')).trim();
    await released(repository, 'c', 'mail');
    expect(await rolledBack(repository)).toMatchObject({
      code: 0,
      out: 'rolled back auth in prod from v-b (sha256:bbbbbbbbbbbb) to v-a (sha256:aaaaaaaaaaaa)\n',
      said: expect.stringContaining(`status auth --watch --image ghcr.io/ticketaka/auth@${digestOf('a')}`),
    });
    expect(await repository.read(file)).toBe(before);
    expect(await repository.git('log', '-1', '--format=%B', 'main')).toContain(`This reverts commit ${bad}.`);
    expect(await repository.read(paths.kustomization('prod', 'mail'))).toContain(digestOf('c'));
  });

  it('again goes one release further back, and after a new release back from that one', async () => {
    await using repository = await manifestRepository(['auth']);
    for (const digit of ['a', 'b', 'c']) await released(repository, digit);
    await rolledBack(repository);
    expect(await repository.read(file)).toContain(digestOf('b'));
    await rolledBack(repository);
    expect(await repository.read(file)).toContain(digestOf('a'));
    await released(repository, 'd');
    await rolledBack(repository);
    expect(await repository.read(file)).toContain(digestOf('a'));
  });

  it('does not go back to nothing at all', async () => {
    await using repository = await manifestRepository(['auth']);
    expect(await rolledBack(repository)).toMatchObject({ code: 5, said: expect.stringContaining('prod runs no auth') });
    await released(repository, 'a');
    expect(await rolledBack(repository)).toMatchObject({
      code: 5,
      said: expect.stringContaining('nothing but v-a (sha256:aaaaaaaaaaaa): there is nothing to go back to'),
    });
    expect((await repository.subjects())[0]).toBe('Release auth v-a to prod');
  });

  it('takes back an image that a person put there by hand', async () => {
    await using repository = await manifestRepository(['auth']);
    await released(repository, 'a');
    const before = await repository.read(file);
    await repository.push({ [file]: before.replace(digestOf('a'), digestOf('e')).replace('v-a', 'v-e') });
    expect((await rolledBack(repository)).code).toBe(0);
    expect(await repository.read(file)).toBe(before);
  });

  it('leaves to people a change that left the image alone, or that changed more than the image', async () => {
    await using repository = await manifestRepository(['auth']);
    await released(repository, 'a');
    await released(repository, 'b');
    const text = await repository.read(file);
    await repository.push({ [file]: `${text}commonAnnotations:\n  team: core\n` });
    expect(await rolledBack(repository)).toMatchObject({
      code: 5,
      said: expect.stringContaining('left the image as it is'),
    });
    await repository.push({ [file]: text.replace(digestOf('b'), digestOf('e')), 'README.md': 'changed too' });
    expect(await rolledBack(repository)).toMatchObject({ code: 5, said: expect.stringContaining('changed more than') });
    expect(await repository.read(file)).toContain(digestOf('e'));
  });

  it('in a dry run shows the revert and pushes nothing', async () => {
    await using repository = await manifestRepository(['auth']);
    await released(repository, 'a');
    await released(repository, 'b');
    expect(await rolledBack(repository, '--dry-run')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /-    newTag: v-b\n-    digest: sha256:b{64}\n\+    newTag: v-a\n\+    digest: sha256:a{64}/,
      ),
    });
    expect(await repository.read(file)).toContain(digestOf('b'));
  });
});
