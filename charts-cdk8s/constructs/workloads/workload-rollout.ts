import { Rollout } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout';
import { Construct } from 'constructs';
import { canary, canaryServiceOf, revisionsOf } from '../../canary.ts';
import type { ClusterEnvironment } from '../../environment.ts';
import { namespace, selectorLabels } from '../../names.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { manifest } from '../manifest.ts';
import { rolloutSteps } from './canary-steps.ts';
import { podTemplate } from './pod-template.ts';

export interface WorkloadRolloutProps {
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
}

/**
 * The pods of a workload that answers requests. A new revision is first seen by testers, then by a growing share of
 * everybody, and is taken back by itself when it is worse. It says no number of replicas: the autoscaler owns that.
 */
export class WorkloadRollout extends Construct {
  constructor(scope: Construct, id: string, { workload, environment }: WorkloadRolloutProps) {
    super(scope, id);
    const { name } = workload;
    const { stable, canary: canarySubset } = canary.subsets;
    manifest(
      this,
      'rollout',
      new Rollout({
        metadata: { name, namespace, labels: selectorLabels(name) },
        spec: {
          revisionHistoryLimit: 3,
          minReadySeconds: 10,
          progressDeadlineSeconds: 600,
          progressDeadlineAbort: true,
          // Back to one of the last revisions without the steps: it was judged when it came.
          rollbackWindow: { revisions: 3 },
          selector: { matchLabels: selectorLabels(name) },
          template: podTemplate({ workload, environment, revisionLabel: 'rollouts-pod-template-hash' }),
          strategy: {
            canary: {
              canaryService: canaryServiceOf(name),
              // For the proxies that have not yet heard that the weights are back.
              abortScaleDownDelaySeconds: 60,
              scaleDownDelaySeconds: 60,
              trafficRouting: {
                managedRoutes: [{ name: canary.previewRoute }],
                istio: {
                  virtualServices: [{ name: revisionsOf(name), routes: [canary.route] }],
                  destinationRule: { name, stableSubsetName: stable, canarySubsetName: canarySubset },
                },
              },
              ...rolloutSteps(workload, environment),
            },
          },
        },
      }),
    );
  }
}
