import { describe, expect, it } from '@jest/globals';
import { ofKind } from '../../checks/typed-objects.ts';
import { fixtureCluster } from '../../test/cluster.ts';
import { fixtureWorkload } from '../../test/fixtures.ts';
import { synthOne } from '../../test/synth.ts';
import { WorkloadRollout } from './workload-rollout.ts';

function rolloutOf(name: string, environment = fixtureCluster) {
  const workload = fixtureWorkload(name);
  const object = synthOne((scope) => new WorkloadRollout(scope, 'rollout', { workload, environment }));
  const spec = ofKind([object], 'Rollout')[0]?.spec;
  const canary = spec?.strategy?.canary;
  return { spec, canary, steps: canary?.steps ?? [] };
}

describe('the rollout of a workload', () => {
  const { spec, canary, steps } = rolloutOf('shows-catalogue');

  it('has the pods itself, and leaves their number to the autoscaler', () => {
    expect(spec?.template).toBeDefined();
    expect(spec).not.toHaveProperty('replicas');
    expect(spec).not.toHaveProperty('workloadRef');
  });

  it('selects by what never changes, which its pods have', () => {
    expect(spec?.selector).toEqual({ matchLabels: { app: 'shows-catalogue' } });
    expect(spec?.template?.metadata?.labels).toMatchObject({ app: 'shows-catalogue' });
  });

  it('splits requests by subset, in the one route that holds weights', () => {
    expect(canary?.trafficRouting?.istio).toEqual({
      virtualServices: [{ name: 'shows-catalogue-revisions', routes: ['revisions'] }],
      destinationRule: { name: 'shows-catalogue', stableSubsetName: 'stable', canarySubsetName: 'canary' },
    });
  });

  it('shows itself to testers before anybody else, by a route that the controller manages', () => {
    const managed = (canary?.trafficRouting?.managedRoutes ?? []).map(({ name }) => name);
    const preview = steps.findIndex(({ setHeaderRoute }) => setHeaderRoute !== undefined);
    const share = steps.findIndex((step) => 'setWeight' in step);
    expect(managed).toEqual([steps[preview]?.setHeaderRoute?.name]);
    expect(preview).toBeLessThan(share);
    // There is a pod to be shown.
    expect(steps.slice(0, preview)).toContainEqual({ setCanaryScale: { replicas: 1 } });
  });

  it('is shown to testers by a route that is set twice, since the controller may leave it out without a word', () => {
    const set = steps.flatMap((step, index) => (step.setHeaderRoute ? [index] : []));
    expect(set).toHaveLength(2);
    expect(steps.slice(set[0], set[1])).toContainEqual({ pause: { duration: '30s' } });
  });

  it('has a pod whenever the preview route leads to it', () => {
    const back = steps.findIndex((step) => JSON.stringify(step).includes('matchTrafficWeight'));
    expect(steps[back - 1]).toEqual({ setWeight: 5 });
  });

  it('grows step by step, and asks for a verdict after each', () => {
    const shares = steps.flatMap((step, index) => ('setWeight' in step ? [{ weight: step.setWeight, index }] : []));
    expect(shares.map(({ weight }) => weight)).toEqual([5, 25, 50]);
    for (const [at, { index }] of shares.entries()) {
      const until = shares[at + 1]?.index ?? steps.length;
      const judged = steps.slice(index, until).flatMap(({ analysis }) => analysis?.templates ?? []);
      expect(judged).toContainEqual({ templateName: 'shows-catalogue-verdict' });
    }
  });

  it('is watched from the first share on, by the figures of its own pods', () => {
    const share = steps.findIndex((step) => 'setWeight' in step);
    expect(canary?.analysis).toMatchObject({
      startingStep: share,
      templates: [{ templateName: 'shows-catalogue-watch' }],
      args: [
        { name: 'workload', value: 'shows-catalogue' },
        { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
      ],
    });
  });

  it('is taken back by itself when it does not get ready, and slowly enough for every proxy to hear', () => {
    expect(spec).toMatchObject({ progressDeadlineAbort: true });
    // Without one the controller never looks at the deadline of pods that are not ready.
    expect(canary).toMatchObject({ canaryService: 'shows-catalogue-canary' });
    expect(canary).toMatchObject({ abortScaleDownDelaySeconds: 60 });
    expect(canary).not.toHaveProperty('dynamicStableScale');
  });

  it('waits for a person before half of the requests, where the environment says so', () => {
    const waits = (approval: boolean) => {
      const cluster = { ...fixtureCluster.cluster, canary: { approval } };
      return rolloutOf('shows-catalogue', { ...fixtureCluster, cluster }).steps.findIndex(
        (step) => JSON.stringify(step) === '{"pause":{}}',
      );
    };
    const half = steps.findIndex((step) => 'setWeight' in step && step.setWeight === 50);
    expect(waits(true)).toBe(half - 1);
    expect(waits(false)).toBe(-1);
  });

  it('asks for no smoke check of a workload without public pages', () => {
    const { steps: without } = rolloutOf('shows-editor');
    expect(JSON.stringify(without)).not.toContain('smoke');
  });
});
