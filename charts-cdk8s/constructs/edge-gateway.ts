import { Gateway } from '@kubernetes-models/istio/networking.istio.io/v1/Gateway';
import { Construct } from 'constructs';
import { ingress, namespace } from '../names.ts';
import { manifest } from './manifest.ts';

export interface EdgeGatewayProps {
  /** Hosts that the gateway answers for; `*` is any. */
  readonly hosts: readonly string[];
  /**
   * Name of the TLS secret in the gateway's namespace.
   * @default - plain HTTP on port 80
   */
  readonly tlsSecret?: string | undefined;
}

/** The one door from outside. Only routes of the platform's own namespace can be bound to its hosts. */
export class EdgeGateway extends Construct {
  constructor(scope: Construct, id: string, props: EdgeGatewayProps) {
    super(scope, id);
    const hosts = props.hosts.map((host) => `${namespace}/${host}`);
    const plain = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts };
    manifest(
      this,
      'gateway',
      new Gateway({
        metadata: { name: ingress.gateway, namespace: ingress.namespace },
        spec: {
          selector: ingress.labels,
          servers: props.tlsSecret
            ? [
                { ...plain, tls: { httpsRedirect: true } },
                {
                  port: { number: 443, name: 'https', protocol: 'HTTPS' },
                  hosts,
                  tls: { mode: 'SIMPLE', credentialName: props.tlsSecret, minProtocolVersion: 'TLSV1_2' },
                },
              ]
            : [plain],
        },
      }),
    );
  }
}
