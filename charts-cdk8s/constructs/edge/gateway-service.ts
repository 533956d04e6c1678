import { Construct } from 'constructs';
import { Service } from 'kubernetes-models/v1/Service';
import { gatewayPorts, ingress } from '../../names.ts';
import { manifest } from '../manifest.ts';

/**
 * The gateway's ports on every node, by fixed numbers for whatever stands before it. A node passes on to its own pods
 * only: a node without one fails the health check, and no request takes a second hop.
 */
export class GatewayService extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const port = (name: keyof typeof gatewayPorts, appProtocol: string) => {
      const { service, node } = gatewayPorts[name];
      return { name, port: service, targetPort: name, nodePort: node, protocol: 'TCP' as const, appProtocol };
    };
    manifest(
      this,
      'service',
      new Service({
        metadata: { name: ingress.serviceAccount, namespace: ingress.namespace, labels: { ...ingress.labels } },
        spec: {
          type: 'NodePort',
          externalTrafficPolicy: 'Local',
          selector: { ...ingress.labels },
          ports: [port('http', 'http'), port('https', 'https'), port('status', 'http')],
        },
      }),
    );
  }
}
