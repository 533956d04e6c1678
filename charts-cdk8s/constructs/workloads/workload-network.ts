import { Construct } from 'constructs';
import type { INetworkPolicyIngressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule';
import type { ClusterEnvironment } from '../../environment.ts';
import { externalServersOf } from '../../external-servers.ts';
import { namespace, ports, selectorLabels } from '../../names.ts';
import { agentPort, monitoring } from '../../observability/names.ts';
import { isExposed, type Topology, type WorkloadNode } from '../../topology/topology.ts';
import { gatewayPods, podsIn, tcp, toServer, toTraces, toWorkloads, workloadPods } from './network-peers.ts';
import { podNetwork } from './pod-network.ts';

export interface WorkloadNetworkProps {
  readonly topology: Topology;
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
}

/** Who may connect to a workload, and where it may connect to: what the mesh's policies say, again for the network. */
export class WorkloadNetwork extends Construct {
  constructor(scope: Construct, id: string, { topology, workload, environment }: WorkloadNetworkProps) {
    super(scope, id);
    const { name, service, routes } = workload;
    const callers = [...new Set(routes.flatMap((route) => topology.callersOf(route)))].toSorted();
    const clients = [...(routes.some(isExposed) ? [gatewayPods] : []), ...callers.map(workloadPods)];
    const ingress: INetworkPolicyIngressRule[] = [
      ...(clients.length > 0 ? [{ from: clients, ports: tcp(ports.app) }] : []),
      { from: [podsIn(monitoring.namespace, monitoring.prometheus.labels)], ports: tcp(agentPort) },
    ];
    podNetwork(this, 'policy', {
      name,
      namespace,
      pods: selectorLabels(name),
      ingress,
      egress: [
        ...toWorkloads(topology.calleesOf(workload).map((callee) => callee.name)),
        ...externalServersOf(service, environment).map(({ server, morePorts = {} }) =>
          toServer(server, Object.values(morePorts)),
        ),
        ...toTraces(environment),
      ],
    });
  }
}
