/** @needs git */

import { describe, expect, it } from '@jest/globals';
import { paths } from '../layout/paths.ts';
import { application, rollout } from '../test/argo-objects.ts';
import { PlayedKubernetesApi } from '../test/kubernetes-api.ts';
import { digestOf, type ManifestRepository, manifestRepository } from '../test/manifest-repository.ts';
import { runVerb } from '../test/sandbox.ts';
import * as bump from './bump.ts';
import * as promote from './promote.ts';

async function released(repository: ManifestRepository, service: string, digit: string): Promise<void> {
  const image = `ghcr.io/ticketaka/${service}@${digestOf(digit)}`;
  const ran = await runVerb(bump, [service, '--repository', repository.url, '--image', image, '--tag', `v-${digit}`]);
  expect(ran.code).toBe(0);
}

const promoted = (repository: ManifestRepository, ...args: string[]) =>
  runVerb(promote, [...args, '--repository', repository.url]);

const imagesIn = async (repository: ManifestRepository, environment: string, service: string) =>
  (await repository.read(paths.kustomization(environment, service))).split('images:')[1];

describe('promote', () => {
  it('copies exactly what runs, one commit for each service in one push', async () => {
    await using repository = await manifestRepository(['auth', 'mail', 'members']);
    await released(repository, 'auth', 'a');
    await released(repository, 'mail', 'b');
    const ran = await promoted(repository, 'dev', 'staging');
    expect(ran).toMatchObject({
      code: 0,
      out: 'promoted auth v-a (sha256:aaaaaaaaaaaa)\npromoted mail v-b (sha256:bbbbbbbbbbbb)\n',
    });
    for (const service of ['auth', 'mail']) {
      expect(await imagesIn(repository, 'staging', service)).toBe(await imagesIn(repository, 'dev', service));
    }
    expect((await repository.subjects()).slice(0, 2)).toEqual([
      'Release mail v-b to staging',
      'Release auth v-a to staging',
    ]);
    // What dev does not run is not released in staging.
    await expect(repository.read(paths.kustomization('staging', 'members'))).rejects.toThrow('does not exist');
  });

  it('goes on to prod with the services that are named, and leaves the others', async () => {
    await using repository = await manifestRepository(['auth', 'mail']);
    await released(repository, 'auth', 'a');
    await released(repository, 'mail', 'b');
    await promoted(repository, 'dev', 'staging');
    expect((await promoted(repository, 'staging', 'prod', 'mail')).code).toBe(0);
    expect(await imagesIn(repository, 'prod', 'mail')).toContain(digestOf('b'));
    await expect(repository.read(paths.kustomization('prod', 'auth'))).rejects.toThrow('does not exist');
  });

  it('has nothing to do the second time', async () => {
    await using repository = await manifestRepository(['auth']);
    await released(repository, 'auth', 'a');
    await promoted(repository, 'dev', 'staging');
    const before = await repository.git('rev-parse', 'main');
    expect(await promoted(repository, 'dev', 'staging')).toMatchObject({
      code: 0,
      out: expect.stringContaining('nothing to do: staging runs what dev runs'),
    });
    expect(await repository.git('rev-parse', 'main')).toBe(before);
  });

  it('passes over no environment, and goes in no other direction', async () => {
    await using repository = await manifestRepository(['auth']);
    expect(await promoted(repository, 'dev', 'prod')).toMatchObject({
      code: 2,
      said: 'after dev comes staging, not prod\n',
    });
    expect((await promoted(repository, 'staging', 'dev')).code).toBe(2);
    expect((await promoted(repository, 'prod', 'dev')).code).toBe(2);
  });

  it('of a service that does not run there says so, and promotes nothing', async () => {
    await using repository = await manifestRepository(['auth', 'mail']);
    await released(repository, 'auth', 'a');
    expect(await promoted(repository, 'dev', 'staging', 'auth', 'mail')).toMatchObject({
      code: 5,
      said: expect.stringContaining('dev runs no mail'),
    });
    expect((await repository.subjects())[0]).toBe('Release auth v-a to dev');
  });

  it('asks the cluster, when it is told to, and promotes nothing whose canary was aborted', async () => {
    await using repository = await manifestRepository(['auth', 'mail']);
    await using api = await PlayedKubernetesApi.start();
    await released(repository, 'auth', 'b');
    await released(repository, 'mail', 'c');
    const asked = () => promoted(repository, 'dev', 'staging', '--require-healthy', '--kubeconfig', api.kubeconfig);
    api.put(application('auth', 'degraded'), rollout('auth', 'aborted', digestOf('b')), application('mail', 'healthy'));
    expect(await asked()).toMatchObject({
      code: 5,
      said: expect.stringContaining(
        'auth is failed (Application prod-auth: Degraded, Synced; Rollout auth-api: Aborted)',
      ),
    });
    api.put(application('auth', 'healthy'), rollout('auth', 'healthy', digestOf('a')));
    expect(await asked()).toMatchObject({ code: 5, said: expect.stringContaining('Rollout auth-api: Waiting') });
    expect((await repository.subjects())[0]).toBe('Release mail v-c to dev');
    api.put(rollout('auth', 'healthy', digestOf('b')));
    expect(await asked()).toMatchObject({ code: 5, said: expect.stringContaining('mail is progressing') });
    api.put(application('mail', 'healthy', digestOf('c')));
    expect((await asked()).code).toBe(0);
    expect(await imagesIn(repository, 'staging', 'auth')).toContain(digestOf('b'));
  });
});
