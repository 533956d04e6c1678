import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { analysisRun, application, rollout } from '../test/argo-objects.ts';
import { PlayedKubernetesApi, type PlayedObject } from '../test/kubernetes-api.ts';
import { digestOf } from '../test/manifest-repository.ts';
import { type RunOptions, runVerb, temporaryDirectory } from '../test/sandbox.ts';
import * as status from './status.ts';

const statusOf = (api: PlayedKubernetesApi, args: readonly string[] = [], options: RunOptions = {}) =>
  runVerb(status, [...args, '--kubeconfig', api.kubeconfig], options);

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not come to that in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('status', () => {
  it('shows each object, and ends by the result', async () => {
    await using api = await PlayedKubernetesApi.start();
    api.put(application('auth', 'healthy'), rollout('auth', 'healthy'));
    expect(await statusOf(api)).toEqual({
      code: 0,
      out: [
        '✓ Application prod-auth                Healthy, Synced',
        '✓ Rollout     auth-api                 Healthy',
        '✓ healthy',
        '',
      ].join('\n'),
      said: '',
    });
    api.put(rollout('auth', 'canary'), analysisRun('auth', 'Running'));
    expect(await statusOf(api)).toMatchObject({
      code: 7,
      out: expect.stringContaining('… AnalysisRun auth-api-b-3-1           Running  success-rate [0.97] (2 good)'),
    });
    api.put(rollout('auth', 'aborted'));
    expect(await statusOf(api)).toMatchObject({ code: 1, out: expect.stringContaining('✗ Rollout     auth-api') });
  });

  it('looks at one service alone', async () => {
    await using api = await PlayedKubernetesApi.start();
    api.put(application('auth', 'healthy'), rollout('auth', 'healthy'), application('mail', 'degraded'));
    expect((await statusOf(api, ['auth'])).code).toBe(0);
    expect((await statusOf(api, ['mail'])).code).toBe(1);
    expect(await statusOf(api, ['members'])).toMatchObject({
      code: 7,
      out: expect.stringContaining('no Application of members in argocd, and no Rollout in ticketaka'),
    });
  });

  it('watches a canary to its end, and tells each change once', async () => {
    await using api = await PlayedKubernetesApi.start();
    api.put(application('auth', 'out of sync'), rollout('auth', 'healthy', digestOf('a')));
    const image = `ghcr.io/ticketaka/auth@${digestOf('b')}`;
    const out: string[] = [];
    const watching = statusOf(api, ['auth', '--watch', '--image', image], { out });
    const told = () =>
      out.map((line) =>
        line
          .replace(/^ *\d+ s /, '')
          .replaceAll(/ {2,}/g, ' ')
          .trim(),
      );
    const steps: readonly (readonly [string, PlayedObject])[] = [
      ['… Rollout auth-api Waiting for the new image to arrive from git', application('auth', 'syncing')],
      ['… Application prod-auth Progressing, Synced', rollout('auth', 'canary')],
      ['… Rollout auth-api Progressing step 2 of 4, 5 % of requests', analysisRun('auth', 'Running')],
      ['… AnalysisRun auth-api-b-3-1 Running success-rate [0.97] (2 good)', analysisRun('auth', 'Successful')],
      ['✓ AnalysisRun auth-api-b-3-1 Successful success-rate [0.97] (2 good)', rollout('auth', 'waiting')],
      ['… Rollout auth-api Paused step 3 of 4, 25 % of requests, waits for a person', rollout('auth', 'healthy')],
      ['✓ Rollout auth-api Healthy', application('auth', 'healthy')],
    ];
    for (const [line, next] of steps) {
      await until(() => told().includes(line));
      api.put(next);
    }
    expect((await watching).code).toBe(0);
    expect(told()).toEqual([
      '… Application prod-auth Healthy, OutOfSync',
      ...steps.map(([line]) => line),
      '✓ Application prod-auth Healthy, Synced',
      '✓ healthy',
    ]);
    await until(() => api.watches === 0);
  });

  it('ends as failed when the canary is aborted', async () => {
    await using api = await PlayedKubernetesApi.start();
    api.put(application('auth', 'syncing'), rollout('auth', 'canary'));
    const watching = statusOf(api, ['--watch']);
    await until(() => api.watches === 3);
    api.put(rollout('auth', 'aborted'));
    expect(await watching).toMatchObject({ code: 1, out: expect.stringContaining('Aborted  RolloutAborted: metric') });
  });

  it.each(['breakWatches', 'expireWatches'] as const)('goes on after the server breaks off: %s', async (interrupt) => {
    await using api = await PlayedKubernetesApi.start();
    api.put(application('auth', 'syncing'), rollout('auth', 'canary'));
    const watching = statusOf(api, ['--watch']);
    await until(() => api.watches === 3);
    api[interrupt]();
    await until(() => api.watches === 3);
    api.put(application('auth', 'healthy'), rollout('auth', 'healthy'));
    expect((await watching).code).toBe(0);
  });

  it('tells once of a trouble that lasts', async () => {
    await using api = await PlayedKubernetesApi.start();
    api.put(application('auth', 'syncing'));
    const watching = statusOf(api, ['--watch', '--timeout', '4']);
    await until(() => api.watches === 3);
    api.refuseWith = 401;
    api.breakWatches();
    const { code, said } = await watching;
    expect([code, said.match(/does not know who you are/g)]).toEqual([124, ['does not know who you are']]);
  });

  it('ends after its time with a code of its own, or when it is interrupted', async () => {
    await using api = await PlayedKubernetesApi.start();
    api.put(application('auth', 'syncing'));
    expect(await statusOf(api, ['--watch', '--timeout', '1'])).toMatchObject({
      code: 124,
      said: expect.stringContaining('still progressing after 1 s'),
    });
    const interruption = new AbortController();
    const watching = statusOf(api, ['--watch'], { signal: interruption.signal });
    await until(() => api.watches === 3);
    interruption.abort();
    expect((await watching).code).toBe(130);
    await until(() => api.watches === 0);
  });

  it.each([
    [401, 4, 'does not know who you are'],
    [403, 4, 'no right to list and watch applications.argoproj.io in argocd'],
    [404, 3, 'is its controller installed?'],
    [500, 3, 'answered 500'],
  ])('says what to do about an answer %i', async (refuseWith, code, text) => {
    await using api = await PlayedKubernetesApi.start();
    api.refuseWith = refuseWith;
    for (const args of [[], ['--watch']])
      expect(await statusOf(api, args)).toMatchObject({ code, said: expect.stringContaining(text) });
  });

  it('says that no cluster answers', async () => {
    const api = await PlayedKubernetesApi.start();
    await using directory = await temporaryDirectory();
    const kubeconfig = join(directory.path, 'kubeconfig');
    await copyFile(api.kubeconfig, kubeconfig);
    await api[Symbol.asyncDispose]();
    const gone = await runVerb(status, ['--kubeconfig', kubeconfig]);
    expect(gone).toMatchObject({ code: 3, said: expect.stringMatching(/no cluster answers at http:.*ECONNREFUSED/) });
    expect(gone.said).not.toContain('played-token');
  });

  it('says which contexts there are, and which file cannot be read', async () => {
    await using api = await PlayedKubernetesApi.start();
    expect(await statusOf(api, ['--context', 'other'])).toMatchObject({
      code: 2,
      said: expect.stringContaining("no context 'other'; it has: played"),
    });
    const none = await runVerb(status, ['--kubeconfig', '/nowhere/kubeconfig']);
    expect(none).toMatchObject({ code: 2, said: expect.stringContaining('cannot be read') });
  });
});
