import { Construct } from 'constructs';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import type { ClusterEnvironment } from '../../environment.ts';
import { namespace, selectorLabels } from '../../names.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { manifest } from '../manifest.ts';
import { podTemplate } from './pod-template.ts';

export interface WorkerDeploymentProps {
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
}

/**
 * The pods of a worker. A queue gives each message to whoever is free, so there is no traffic to split, and a canary
 * would be none.
 */
export class WorkerDeployment extends Construct {
  constructor(scope: Construct, id: string, { workload, environment }: WorkerDeploymentProps) {
    super(scope, id);
    const { name } = workload;
    manifest(
      this,
      'deployment',
      new Deployment({
        metadata: { name, namespace, labels: selectorLabels(name) },
        spec: {
          revisionHistoryLimit: 3,
          minReadySeconds: 10,
          progressDeadlineSeconds: 600,
          selector: { matchLabels: selectorLabels(name) },
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          template: podTemplate({ workload, environment, revisionLabel: 'pod-template-hash' }),
        },
      }),
    );
  }
}
