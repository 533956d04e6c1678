import { describe, expect, it } from '@jest/globals';
import { ofKind } from '../../checks/typed-objects.ts';
import type { ClusterEnvironment } from '../../environment.ts';
import { fixtureCluster } from '../../test/cluster.ts';
import { fixtureWorkload } from '../../test/fixtures.ts';
import { synth } from '../../test/synth.ts';
import { DisruptionBudget } from './disruption-budget.ts';
import { QueueAutoscaler } from './queue-autoscaler.ts';
import { RequestAutoscaler } from './request-autoscaler.ts';

const withMost = (maxReplicas: number): ClusterEnvironment => ({
  ...fixtureCluster,
  cluster: { ...fixtureCluster.cluster, maxReplicas },
});

describe('the number of pods', () => {
  it('of a workload follows its processor time, within what it declares', () => {
    const props = { workload: fixtureWorkload('orders-api'), environment: fixtureCluster };
    const objects = synth((scope) => new RequestAutoscaler(scope, 'autoscaler', props));
    expect(ofKind(objects, 'HorizontalPodAutoscaler')[0]?.spec).toMatchObject({
      scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'orders-api' },
      minReplicas: 1,
      maxReplicas: 2,
      metrics: [{ containerResource: { container: 'orders-api', name: 'cpu' } }],
    });
  });

  it('is no more than the environment has room for', () => {
    const props = { workload: fixtureWorkload('orders-api'), environment: withMost(1) };
    const objects = synth((scope) => new RequestAutoscaler(scope, 'autoscaler', props));
    expect(ofKind(objects, 'HorizontalPodAutoscaler')[0]?.spec).toMatchObject({ minReplicas: 1, maxReplicas: 1 });
  });

  it('of a worker follows the length of each of its queues too', () => {
    const props = { workload: fixtureWorkload('post-worker'), environment: fixtureCluster };
    const [object] = ofKind(
      synth((scope) => new QueueAutoscaler(scope, 'autoscaler', props)),
      'ScaledObject',
    );
    expect(object?.spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: 'post-worker' });
    expect(object?.spec.triggers).toEqual([
      expect.objectContaining({ type: 'cpu' }),
      expect.objectContaining({
        type: 'prometheus',
        metadata: expect.objectContaining({
          query: 'max(rabbitmq_detailed_queue_messages_ready{queue="post.order.placed"})',
          threshold: '200',
        }),
      }),
    ]);
  });

  it('of a worker that is one is not scaled', () => {
    const props = { workload: fixtureWorkload('post-worker'), environment: withMost(1) };
    expect(synth((scope) => new QueueAutoscaler(scope, 'autoscaler', props))).toEqual([]);
  });

  it('goes down by one at most when nodes are emptied, and never keeps one from being emptied', () => {
    const objects = synth(
      (scope) => new DisruptionBudget(scope, 'budget', { workload: fixtureWorkload('orders-api') }),
    );
    const spec = ofKind(objects, 'PodDisruptionBudget')[0]?.spec;
    expect(spec).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: { app: 'orders-api' } } });
    expect(spec).not.toHaveProperty('minAvailable');
  });
});
