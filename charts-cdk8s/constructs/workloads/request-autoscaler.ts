import { Construct } from 'constructs';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { ClusterEnvironment } from '../../environment.ts';
import { namespace } from '../../names.ts';
import { replicasOf } from '../../replicas.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { manifest } from '../manifest.ts';

export interface RequestAutoscalerProps {
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
}

/** Pods of a workload by the processor time that its requests take: fast up, for an on-sale, and slowly down. */
export class RequestAutoscaler extends Construct {
  constructor(scope: Construct, id: string, { workload, environment }: RequestAutoscalerProps) {
    super(scope, id);
    const { name } = workload;
    const { min, max } = replicasOf(workload, environment);
    manifest(
      this,
      'autoscaler',
      new HorizontalPodAutoscaler({
        metadata: { name, namespace },
        spec: {
          scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name },
          minReplicas: min,
          maxReplicas: max,
          metrics: [
            {
              // Of the workload's own container: a busy sidecar would hide an idle workload, and the other way round.
              type: 'ContainerResource',
              containerResource: {
                name: 'cpu',
                container: name,
                target: { type: 'Utilization', averageUtilization: 60 },
              },
            },
          ],
          behavior: {
            scaleUp: {
              stabilizationWindowSeconds: 0,
              selectPolicy: 'Max',
              policies: [
                { type: 'Percent', value: 100, periodSeconds: 15 },
                { type: 'Pods', value: 4, periodSeconds: 15 },
              ],
            },
            scaleDown: {
              stabilizationWindowSeconds: 300,
              policies: [{ type: 'Percent', value: 20, periodSeconds: 60 }],
            },
          },
        },
      }),
    );
  }
}
