import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import { gatewayPorts, ingress, namespace, ports } from '../../names.ts';
import { agentPort, monitoring } from '../../observability/names.ts';
import { isExposed, type Topology } from '../../topology/topology.ts';
import { podsIn, tcp, toTraces } from '../workloads/network-peers.ts';
import { podNetwork } from '../workloads/pod-network.ts';

export interface GatewayNetworkProps {
  readonly topology: Topology;
  readonly environment: ClusterEnvironment;
}

/**
 * Anybody reaches the gateway's ports; the gateway reaches the workloads that answer a route of the outside, and the
 * collector of traces.
 */
export class GatewayNetwork extends Construct {
  constructor(scope: Construct, id: string, { topology, environment }: GatewayNetworkProps) {
    super(scope, id);
    const exposed = topology.workloads.filter(({ routes }) => routes.some(isExposed)).map(({ name }) => name);
    const { http, https, status } = gatewayPorts;
    podNetwork(this, 'policy', {
      name: ingress.serviceAccount,
      namespace: ingress.namespace,
      pods: ingress.labels,
      ingress: [
        { ports: tcp(http.pod, https.pod, status.pod) },
        { from: [podsIn(monitoring.namespace, monitoring.prometheus.labels)], ports: tcp(agentPort) },
      ],
      egress: [
        { to: exposed.toSorted().map((app) => podsIn(namespace, { app })), ports: tcp(ports.app) },
        ...toTraces(environment),
      ],
    });
  }
}
