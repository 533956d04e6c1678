import { Certificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import { ingress } from '../../names.ts';
import { manifest } from '../manifest.ts';

export interface GatewayCertificateProps {
  readonly environment: ClusterEnvironment;
}

/**
 * The certificate of the gateway's hosts, which cert-manager gets and renews, in the secret that the gateway names.
 * Nothing for a gateway that speaks plain HTTP.
 */
export class GatewayCertificate extends Construct {
  constructor(scope: Construct, id: string, { environment }: GatewayCertificateProps) {
    super(scope, id);
    const { tlsSecret, hosts, cluster } = environment;
    if (tlsSecret === undefined) return;
    manifest(
      this,
      'certificate',
      new Certificate({
        metadata: { name: ingress.gateway, namespace: ingress.namespace },
        spec: {
          secretName: tlsSecret,
          dnsNames: [...hosts],
          issuerRef: { group: 'cert-manager.io', ...cluster.issuer },
          // A new key each time, so that one that leaked is of use for no longer than its certificate.
          privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
          duration: '2160h',
          renewBefore: '720h',
          usages: ['digital signature', 'server auth'],
        },
      }),
    );
  }
}
