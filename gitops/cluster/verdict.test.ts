import { describe, expect, it } from '@jest/globals';
import { analysisRun, application, rollout } from '../test/argo-objects.ts';
import { digestOf } from '../test/manifest-repository.ts';
import { analysisRunSchema, applicationSchema, rolloutSchema } from './objects.ts';
import { judge } from './verdict.ts';

interface Played {
  readonly applications?: readonly unknown[];
  readonly rollouts?: readonly unknown[];
  readonly analysisRuns?: readonly unknown[];
}

const deployment = ({ applications = [], rollouts = [], analysisRuns = [] }: Played) => ({
  applications: applications.map((object) => applicationSchema.parse(object)),
  rollouts: rollouts.map((object) => rolloutSchema.parse(object)),
  analysisRuns: analysisRuns.map((object) => analysisRunSchema.parse(object)),
});

const itemsWith = (state: 'canary' | 'healthy', run: unknown) =>
  judge(deployment({ rollouts: [rollout('auth', state)], analysisRuns: [run] })).items.length;

describe('the verdict on a deployment', () => {
  it.each([
    ['healthy', 'healthy'],
    ['out of sync', 'progressing'],
    ['syncing', 'progressing'],
    ['degraded', 'failed'],
    ['sync failed', 'failed'],
    ['unreadable', 'failed'],
    ['unknown', 'unknown'],
    ['new', 'unknown'],
  ] as const)('with an Application that is %s is %s', (state, verdict) => {
    expect(judge(deployment({ applications: [application('auth', state)] })).verdict).toBe(verdict);
  });

  it.each([
    ['healthy', 'healthy', 'Healthy', ''],
    ['canary', 'progressing', 'Progressing', 'step 2 of 4, 5 % of requests'],
    ['waiting', 'progressing', 'Paused', 'step 3 of 4, 25 % of requests, waits for a person'],
    ['degraded', 'failed', 'Degraded', 'ProgressDeadlineExceeded: it timed out'],
    [
      'aborted',
      'failed',
      'Aborted',
      'RolloutAborted: metric "success-rate" assessed Failed due to failed (1) > failureLimit (0)',
    ],
    ['unseen', 'progressing', 'Progressing', 'the controller has not seen it yet'],
    ['new', 'unknown', 'Unknown', ''],
  ] as const)('with a Rollout that is %s is %s', (played, ...[verdict, state, detail]) => {
    const judgement = judge(deployment({ rollouts: [rollout('auth', played)] }));
    expect(judgement).toEqual({ verdict, items: [{ kind: 'Rollout', name: 'auth-api', verdict, state, detail }] });
  });

  it.each([
    ['Pending', 'progressing'],
    ['Running', 'progressing'],
    ['Inconclusive', 'progressing'],
    ['Failed', 'failed'],
    ['Error', 'failed'],
  ] as const)('with an analysis of the canary that is %s is %s', (phase, verdict) => {
    const analysisRuns = [analysisRun('auth', phase)];
    expect(judge(deployment({ rollouts: [rollout('auth', 'canary')], analysisRuns })).verdict).toBe(verdict);
  });

  it('tells what an analysis measured', () => {
    const { items } = judge(
      deployment({ rollouts: [rollout('auth', 'canary')], analysisRuns: [analysisRun('auth', 'Failed')] }),
    );
    expect(items.at(-1)).toMatchObject({ state: 'Failed', detail: 'success-rate [0.97] (2 good, 1 bad)' });
  });

  it('leaves out analyses of other revisions, of other rollouts, and of a rollout that came through', () => {
    const failed = analysisRun('auth', 'Failed');
    expect(itemsWith('canary', failed)).toBe(2);
    expect(itemsWith('canary', analysisRun('auth', 'Failed', 'a'))).toBe(1);
    expect(itemsWith('canary', analysisRun('mail', 'Failed'))).toBe(1);
    expect(itemsWith('healthy', failed)).toBe(1);
  });

  it('is failed when anything failed, under way when anything is, and unknown of nothing at all', () => {
    const [healthy, syncing] = [application('auth', 'healthy'), application('mail', 'syncing')];
    expect(judge(deployment({ applications: [healthy, syncing] })).verdict).toBe('progressing');
    const rollouts = [rollout('auth', 'aborted')];
    expect(judge(deployment({ applications: [healthy, syncing], rollouts })).verdict).toBe('failed');
    expect(judge(deployment({})).verdict).toBe('unknown');
  });

  it('waits for the image that is to come, whatever became of the one before', () => {
    const before = deployment({
      applications: [application('auth', 'degraded')],
      rollouts: [rollout('auth', 'aborted', digestOf('a'))],
      analysisRuns: [analysisRun('auth', 'Failed')],
    });
    expect(judge(before).verdict).toBe('failed');
    expect(judge(before, { digest: digestOf('b') }).verdict).toBe('progressing');
    const after = deployment({
      applications: [application('auth', 'degraded')],
      rollouts: [rollout('auth', 'aborted', digestOf('b'))],
    });
    expect(judge(after, { digest: digestOf('b') }).verdict).toBe('failed');
  });

  it('waits for the image of a service that has workers alone, whose pods only its Application tells of', () => {
    const running = (digit: string) => deployment({ applications: [application('mail', 'healthy', digestOf(digit))] });
    expect(judge(running('a'), { digest: digestOf('b') }).verdict).toBe('progressing');
    expect(judge(running('b'), { digest: digestOf('b') }).verdict).toBe('healthy');
  });
});
