import { Construct } from 'constructs';
import { Service } from 'kubernetes-models/v1/Service';
import { namespace, ports, selectorLabels } from '../names.ts';
import type { WorkloadNode } from '../topology/topology.ts';
import { manifest } from './manifest.ts';

export interface WorkloadServiceProps {
  readonly workload: WorkloadNode;
}

/** The Kubernetes Service of a workload that answers HTTP. Its protocol is said twice, so that nothing sniffs for it. */
export class WorkloadService extends Construct {
  constructor(scope: Construct, id: string, { workload }: WorkloadServiceProps) {
    super(scope, id);
    const labels = selectorLabels(workload.name);
    manifest(
      this,
      'service',
      new Service({
        metadata: { name: workload.name, namespace, labels },
        spec: {
          selector: labels,
          ports: [{ name: 'http', port: ports.service, targetPort: ports.app, protocol: 'TCP', appProtocol: 'http' }],
        },
      }),
    );
  }
}
