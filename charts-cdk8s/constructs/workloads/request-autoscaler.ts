import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import { namespace } from '../../names.ts';
import { replicasOf } from '../../replicas.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { busyPercent, podAutoscaler } from './pod-autoscaler.ts';

export interface RequestAutoscalerProps {
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
}

/** Pods of a workload by the processor time that its requests take: fast up, for an on-sale, and slowly down. */
export class RequestAutoscaler extends Construct {
  constructor(scope: Construct, id: string, { workload, environment }: RequestAutoscalerProps) {
    super(scope, id);
    const { name } = workload;
    podAutoscaler(this, {
      name,
      namespace,
      target: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' },
      replicas: replicasOf(workload, environment),
      metric: {
        // Of the workload's own container: a busy sidecar would hide an idle workload, and the other way round.
        type: 'ContainerResource',
        containerResource: {
          name: 'cpu',
          container: name,
          target: { type: 'Utilization', averageUtilization: busyPercent },
        },
      },
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
    });
  }
}
