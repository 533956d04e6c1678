import { ServiceAccount } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { namespace, selectorLabels } from '../names.ts';
import type { WorkloadNode } from '../topology/topology.ts';

export interface WorkloadIdentityProps {
  readonly workload: WorkloadNode;
}

/** The service account that a workload's mTLS identity is made of. It has no token: no workload talks to Kubernetes. */
export class WorkloadIdentity extends Construct {
  constructor(scope: Construct, id: string, { workload }: WorkloadIdentityProps) {
    super(scope, id);
    new ServiceAccount(this, 'account', {
      automountToken: false,
      metadata: { name: workload.name, namespace, labels: selectorLabels(workload.name) },
    });
  }
}
