/** @needs git */

import { readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parseImage } from '../layout/image.ts';
import { paths } from '../layout/paths.ts';
import type { Checkout } from '../repository/checkout.ts';
import { publish } from '../repository/publish.ts';
import { release } from '../repository/release.ts';
import { digestOf, type ManifestRepository, manifestRepository } from '../test/manifest-repository.ts';
import { runVerb, silentContext, temporaryDirectory } from '../test/sandbox.ts';
import * as bump from './bump.ts';

const image = (service: string, digit: string) => `ghcr.io/ticketaka/${service}@${digestOf(digit)}`;

const bumpOf = (
  repository: Pick<ManifestRepository, 'url'>,
  service: string,
  { digit = 'a', TMPDIR }: { readonly digit?: string; readonly TMPDIR?: string } = {},
) =>
  runVerb(
    bump,
    [service, '--repository', repository.url, '--image', image(service, digit), '--tag', `v-${digit}`],
    TMPDIR === undefined ? {} : { environment: { TMPDIR } },
  );

/** A hook that moves main itself, a number of times, just before the push would: as a faster pipeline does. */
const fasterTimes = (times: number) =>
  [
    'count=$(cat count 2>/dev/null || echo 0)',
    `[ "$count" -ge ${times} ] && exit 0`,
    'echo $((count + 1)) > count',
    'unset GIT_QUARANTINE_PATH',
    'commit=$(git commit-tree -p main -m "Somebody was faster" "main^{tree}")',
    'git update-ref refs/heads/main "$commit"',
  ].join('\n');

const releaseAuth = async (checkout: Checkout) =>
  void (await release(checkout, { environment: 'dev', service: 'auth' }, parseImage(image('auth', 'a'), 'v1')));

describe('bump', () => {
  it('pins the image by its digest in the one file of the service, in one commit', async () => {
    await using repository = await manifestRepository(['auth', 'mail']);
    const ran = await bumpOf(repository, 'auth');
    expect(ran).toMatchObject({ code: 0, out: 'released auth v-a (sha256:aaaaaaaaaaaa) in dev\n' });
    expect(await repository.read(paths.kustomization('dev', 'auth'))).toBe(
      [
        '# auth in dev: which image runs. `npm run gitops -- bump` writes it.',
        '',
        'apiVersion: kustomize.config.k8s.io/v1beta1',
        'kind: Kustomization',
        'resources:',
        '  - manifests',
        'images:',
        '  - name: ticketaka/auth',
        '    newName: ghcr.io/ticketaka/auth',
        '    newTag: v-a',
        `    digest: ${digestOf('a')}`,
        'patches:',
        '  - target:',
        '      kind: Deployment|Job|Rollout',
        '    patch: |',
        '      - op: replace',
        '        path: /spec/template/metadata/labels/version',
        '        value: v-a',
        '      - op: replace',
        '        path: /spec/template/metadata/labels/app.kubernetes.io~1version',
        '        value: v-a',
        '',
      ].join('\n'),
    );
    const changed = await repository.git('show', '--name-only', '--format=%s', 'main');
    expect(changed.trim().split('\n')).toEqual(['Release auth v-a to dev', '', paths.kustomization('dev', 'auth')]);
  });

  it('has nothing to do when the image is there already', async () => {
    await using repository = await manifestRepository(['auth']);
    await bumpOf(repository, 'auth');
    const before = await repository.git('rev-parse', 'main');
    const ran = await bumpOf(repository, 'auth');
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('nothing to do') });
    expect(await repository.git('rev-parse', 'main')).toBe(before);
  });

  it('keeps what people added to the file', async () => {
    await using repository = await manifestRepository(['auth']);
    await bumpOf(repository, 'auth', { digit: 'a' });
    const file = paths.kustomization('dev', 'auth');
    const text = await repository.read(file);
    await repository.push({ [file]: `${text}# until the new nodes are there\ncommonAnnotations:\n  team: core\n` });
    await bumpOf(repository, 'auth', { digit: 'b' });
    const after = await repository.read(file);
    expect(after).toContain('# until the new nodes are there\ncommonAnnotations:\n  team: core\n');
    expect(after).toContain(digestOf('b'));
    expect(after).not.toContain(digestOf('a'));
  });

  it.each([2, 10])(
    'of %i services at once ends with all of them on a linear history',
    async (count) => {
      const services = Array.from({ length: count }, (_, index) => `service-${index}`);
      await using repository = await manifestRepository(services);
      const ran = await Promise.all(services.map((service) => bumpOf(repository, service)));
      expect(ran.map(({ code }) => code)).toEqual(services.map(() => 0));
      for (const service of services) {
        expect(await repository.read(paths.kustomization('dev', service))).toContain(digestOf('a'));
      }
      expect(await repository.git('rev-list', '--merges', '--count', 'main')).toBe('0\n');
      expect((await repository.subjects()).toSorted()).toEqual(
        ['Render everything', ...services.map((service) => `Release ${service} v-a to dev`)].toSorted(),
      );
    },
    120_000,
  );

  it('loses no race for good: somebody pushes between every clone and its push, until the last attempt', async () => {
    await using repository = await manifestRepository(['auth']);
    await repository.hook('pre-receive', fasterTimes(3));
    const ran = await bumpOf(repository, 'auth');
    expect(ran.said).toContain('pushing again (4 of 20)');
    expect(ran.code).toBe(0);
    expect(await repository.subjects()).toEqual([
      'Release auth v-a to dev',
      'Somebody was faster',
      'Somebody was faster',
      'Somebody was faster',
      'Render everything',
    ]);
  });

  it('gives up after its attempts: with one attempt the same race is lost, and nothing is pushed', async () => {
    await using repository = await manifestRepository(['auth']);
    await repository.hook('pre-receive', fasterTimes(3));
    await expect(
      publish(
        { repository: repository.url, branch: 'main', dryRun: false, attempts: 1, edit: releaseAuth },
        silentContext(),
      ),
    ).rejects.toMatchObject({ ending: 'conflict', message: expect.stringContaining('faster 1 times') });
    expect(await repository.subjects()).toEqual(['Somebody was faster', 'Render everything']);
  });

  it('stops at a conflict, says whose, and leaves the other change alone', async () => {
    await using repository = await manifestRepository(['auth']);
    const both = await Promise.all([
      bumpOf(repository, 'auth', { digit: 'a' }),
      bumpOf(repository, 'auth', { digit: 'b' }),
    ]);
    const [first, second] = both.toSorted((one, other) => one.code - other.code);
    expect(first?.code).toBe(0);
    expect(second?.code).toBe(5);
    expect(second?.said).toMatch(
      /somebody else changed environments\/dev\/auth\/kustomization\.yaml \(\w+ Pipeline: Release auth v-[ab] to dev\); nothing was pushed/,
    );
    expect(await repository.subjects()).toHaveLength(2);
  });

  it('released twice at once is one commit', async () => {
    await using repository = await manifestRepository(['auth']);
    const both = await Promise.all([bumpOf(repository, 'auth'), bumpOf(repository, 'auth')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await repository.subjects()).toHaveLength(2);
  });

  it('refused by a hook of the repository tells what the hook said, and does not try again', async () => {
    await using repository = await manifestRepository(['auth']);
    await repository.hook('pre-receive', 'echo "releases are frozen until Monday" >&2; exit 1');
    const ran = await bumpOf(repository, 'auth');
    expect(ran.code).toBe(4);
    expect(ran.said).toContain('releases are frozen until Monday');
    expect(ran.said).not.toContain('pushing again');
  });

  it('in a dry run shows the commit and pushes nothing', async () => {
    await using repository = await manifestRepository(['auth']);
    const ran = await runVerb(bump, [
      'auth',
      '--dry-run',
      '--repository',
      repository.url,
      '--image',
      image('auth', 'a'),
      '--tag',
      'v1',
    ]);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain(`+    digest: ${digestOf('a')}`);
    expect(await repository.subjects()).toEqual(['Render everything']);
  });

  it('of a service that is not rendered says which there are', async () => {
    await using repository = await manifestRepository(['auth', 'mail']);
    const ran = await bumpOf(repository, 'members');
    expect(ran).toMatchObject({ code: 5, said: expect.stringContaining('there are: auth, mail') });
  });

  it('without a repository that answers ends as out of reach, and prints no password', async () => {
    const ran = await bumpOf({ url: 'http://pipeline:hunter2hunter2@127.0.0.1:9/manifests.git' }, 'auth');
    expect(ran.code).toBe(3);
    expect(ran.said).toContain('http://***@127.0.0.1:9');
    expect(ran.said).not.toContain('hunter2');
  });

  it('works whatever name the git of whoever runs it gives to remotes', async () => {
    await using repository = await manifestRepository(['auth']);
    const given = ['--repository', repository.url, '--image', image('auth', 'a'), '--tag', 'v1'];
    const settings = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'clone.defaultRemoteName',
      GIT_CONFIG_VALUE_0: 'upstream',
    };
    expect(await runVerb(bump, ['auth', ...given], { environment: settings })).toMatchObject({ code: 0 });
  });

  it('makes a label of every tag that an image may have', async () => {
    await using repository = await manifestRepository(['auth']);
    const given = ['--repository', repository.url, '--image', image('auth', 'a'), '--tag', '_nightly-20261120_1.'];
    expect((await runVerb(bump, ['auth', ...given])).code).toBe(0);
    const text = await repository.read(paths.kustomization('dev', 'auth'));
    expect(text).toContain('value: nightly-20261120_1\n');
  });

  it('refuses the image of another service', async () => {
    await using repository = await manifestRepository(['auth', 'mail']);
    const given = ['--repository', repository.url, '--image', image('mail', 'a'), '--tag', 'v1'];
    expect(await runVerb(bump, ['auth', ...given])).toMatchObject({
      code: 2,
      said: expect.stringContaining('ghcr.io/ticketaka/mail is not the image of auth'),
    });
    expect(await repository.subjects()).toEqual(['Render everything']);
  });

  it('without such a branch, or with a wrong command line, ends as wrong usage', async () => {
    await using repository = await manifestRepository(['auth']);
    const given = ['--repository', repository.url, '--image', image('auth', 'a'), '--tag', 'v1'];
    const codes = await Promise.all(
      [
        ['auth', ...given, '--branch', 'releases'],
        ['auth', '--repository', repository.url, '--image', 'ghcr.io/ticketaka/auth:v1', '--tag', 'v1'],
        ['../auth', ...given],
        ['auth', ...given, '--env', '../prod'],
        ['auth', ...given, '--force'],
        ['auth', '--image', image('auth', 'a'), '--tag', 'v1'],
        ['auth', '--repository', '--upload-pack=sh', '--image', image('auth', 'a'), '--tag', 'v1'],
      ].map(async (args) => (await runVerb(bump, args)).code),
    );
    expect(codes).toEqual(codes.map(() => 2));
  });

  it('leaves no clone behind, whatever happens', async () => {
    await using repository = await manifestRepository(['auth']);
    await using temporary = await temporaryDirectory();
    await bumpOf(repository, 'auth', { TMPDIR: temporary.path });
    await bumpOf(repository, 'members', { TMPDIR: temporary.path });
    await bumpOf({ url: `${repository.url}-not` }, 'auth', { TMPDIR: temporary.path });
    expect(await readdir(temporary.path)).toEqual([]);
  });
});
