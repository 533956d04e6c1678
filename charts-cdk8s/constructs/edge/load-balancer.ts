import { Construct } from 'constructs';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { Edge } from '../../environment.ts';
import { gatewayPorts, ingress } from '../../names.ts';
import { manifest } from '../manifest.ts';

export interface LoadBalancerProps {
  readonly hosts: readonly string[];
  readonly scheme: Extract<Edge, { kind: 'alb' }>['scheme'];
}

/**
 * The load balancer of AWS in front of the gateway. It speaks HTTPS with clients, and asks the status port of the nodes
 * for health: on the port of requests the gateway would answer 404. It says in X-Forwarded-Proto how a client came, and
 * the gateway believes it, as the one trusted proxy that the mesh counts.
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */
export class LoadBalancer extends Construct {
  constructor(scope: Construct, id: string, { hosts, scheme }: LoadBalancerProps) {
    super(scope, id);
    const alb = (settings: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(settings).map(([key, value]) => [`alb.ingress.kubernetes.io/${key}`, value]));
    manifest(
      this,
      'ingress',
      new Ingress({
        metadata: {
          name: ingress.gateway,
          namespace: ingress.namespace,
          annotations: alb({
            scheme,
            'target-type': 'instance',
            'listen-ports': JSON.stringify([{ HTTP: 80 }, { HTTPS: 443 }]),
            'ssl-redirect': '443',
            'ssl-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06',
            'backend-protocol': 'HTTP',
            'healthcheck-protocol': 'HTTP',
            'healthcheck-port': String(gatewayPorts.status.node),
            'healthcheck-path': '/healthz/ready',
            'healthcheck-interval-seconds': '10',
            'healthy-threshold-count': '2',
            'unhealthy-threshold-count': '2',
            'success-codes': '200',
            // Longer than the longest that an event stream is silent.
            'load-balancer-attributes': [
              'idle_timeout.timeout_seconds=120',
              'routing.http.drop_invalid_header_fields.enabled=true',
              'routing.http.xff_header_processing.mode=append',
            ].join(','),
            'target-group-attributes': 'deregistration_delay.timeout_seconds=30',
          }),
        },
        spec: {
          ingressClassName: 'alb',
          tls: [{ hosts: [...hosts] }],
          rules: hosts.map((host) => ({
            host,
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: {
                    service: { name: ingress.serviceAccount, port: { number: gatewayPorts.http.service } },
                  },
                },
              ],
            },
          })),
        },
      }),
    );
  }
}
