import { Construct } from 'constructs';
import { Service } from 'kubernetes-models/v1/Service';
import { canaryServiceOf } from '../../canary.ts';
import { namespace, ports, selectorLabels } from '../../names.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { manifest } from '../manifest.ts';

export interface CanaryServiceProps {
  readonly workload: WorkloadNode;
}

/**
 * The pods of the newest revision, to which the controller narrows it. No request goes by it, since revisions are subsets
 * to the mesh. But a Rollout that names no such Service is stuck while a pod of its is not ready: Argo Rollouts (1.9.1 to
 * 1.10.2) then waits before it looks at deadlines and analyses, so that a canary that never starts is never taken back.
 */
export class CanaryService extends Construct {
  constructor(scope: Construct, id: string, { workload }: CanaryServiceProps) {
    super(scope, id);
    manifest(
      this,
      'service',
      new Service({
        metadata: { name: canaryServiceOf(workload.name), namespace },
        spec: {
          selector: selectorLabels(workload.name),
          ports: [{ name: 'http', port: ports.service, targetPort: ports.app, protocol: 'TCP', appProtocol: 'http' }],
        },
      }),
    );
  }
}
