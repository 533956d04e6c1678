import { Construct } from 'constructs';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { namespace, selectorLabels } from '../../names.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { manifest } from '../manifest.ts';

export interface DisruptionBudgetProps {
  readonly workload: WorkloadNode;
}

/**
 * Nodes are emptied one pod of a workload at a time. A number that may be away, not one that must be there: that would
 * forbid to empty any node when there is one pod only.
 */
export class DisruptionBudget extends Construct {
  constructor(scope: Construct, id: string, { workload: { name } }: DisruptionBudgetProps) {
    super(scope, id);
    manifest(
      this,
      'budget',
      new PodDisruptionBudget({
        metadata: { name, namespace },
        spec: {
          maxUnavailable: 1,
          selector: { matchLabels: selectorLabels(name) },
          // A pod that is not ready serves nobody, and must not keep a node from being emptied.
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
        },
      }),
    );
  }
}
