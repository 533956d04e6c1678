import { AuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy';
import { usesBroker } from '@ticketaka/platform/contract';
import { Construct } from 'constructs';
import { broker, namespace, principalOf } from '../../names.ts';
import { monitoring } from '../../observability/names.ts';
import type { Topology } from '../../topology/topology.ts';
import { manifest } from '../manifest.ts';
import { podsIn, tcp, workloadPods } from '../workloads/network-peers.ts';
import { podNetwork } from '../workloads/pod-network.ts';

export interface BrokerAccessProps {
  readonly topology: Topology;
}

/** Who may connect to RabbitMQ: workloads of services that have messages. What they may do there, their user says. */
export class BrokerAccess extends Construct {
  constructor(scope: Construct, id: string, { topology }: BrokerAccessProps) {
    super(scope, id);
    const { name, labels, port, nodePorts, metricsPort } = broker;
    const users = topology.workloads
      .filter(({ service }) => usesBroker(service))
      .map((workload) => workload.name)
      .toSorted();
    manifest(
      this,
      'policy',
      new AuthorizationPolicy({
        metadata: { name, namespace },
        spec: {
          selector: { matchLabels: { ...labels } },
          action: 'ALLOW',
          // Without rules it is nobody; a rule without principals were everybody.
          rules: users.length === 0 ? [] : [ruleFor(users)],
        },
      }),
    );
    const nodes = [{ podSelector: { matchLabels: { ...labels } } }];
    podNetwork(this, 'network', {
      name,
      namespace,
      pods: labels,
      ingress: [
        ...(users.length === 0 ? [] : [{ from: users.map((user) => workloadPods(user)), ports: tcp(port) }]),
        { from: nodes, ports: tcp(...nodePorts) },
        { from: [podsIn(monitoring.namespace, monitoring.prometheus.labels)], ports: tcp(metricsPort) },
      ],
      egress: [{ to: nodes, ports: tcp(...nodePorts) }],
    });
  }
}

function ruleFor(users: readonly string[]) {
  return {
    from: [{ source: { principals: users.map((user) => principalOf(user)) } }],
    to: [{ operation: { ports: [String(broker.port)] } }],
  };
}
