import { Sidecar } from '@kubernetes-models/istio/networking.istio.io/v1/Sidecar';
import { Construct } from 'constructs';
import { type Environment, isCluster } from '../environment.ts';
import { externalServersOf } from '../external-servers.ts';
import { hostOf, meshNamespace, namespace, selectorLabels } from '../names.ts';
import type { Topology, WorkloadNode } from '../topology/topology.ts';
import { traceHosts } from '../traces.ts';
import { manifest } from './manifest.ts';

export interface WorkloadSidecarProps {
  readonly topology: Topology;
  readonly workload: WorkloadNode;
  readonly environment: Environment;
}

/** All that a workload can reach: the workloads it declares to call, its own stores and its egress. */
export class WorkloadSidecar extends Construct {
  constructor(scope: Construct, id: string, { topology, workload, environment }: WorkloadSidecarProps) {
    super(scope, id);
    const callees = topology.calleesOf(workload).map(({ name }) => hostOf(name));
    const servers = externalServersOf(workload.service, environment).map(({ server }) => server.host);
    const traces = isCluster(environment) ? traceHosts(environment) : [];
    manifest(
      this,
      'sidecar',
      new Sidecar({
        metadata: { name: workload.name, namespace },
        spec: {
          workloadSelector: { labels: selectorLabels(workload.name) },
          egress: [
            { hosts: [`${meshNamespace}/*`, ...traces, ...[...callees, ...servers].map((host) => `./${host}`)] },
          ],
          outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
        },
      }),
    );
  }
}
