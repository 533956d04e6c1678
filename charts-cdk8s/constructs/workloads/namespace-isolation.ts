import { Construct } from 'constructs';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { manifest } from '../manifest.ts';
import { everybodyReaches } from './network-peers.ts';

export interface NamespaceIsolationProps {
  readonly namespace: string;
}

/**
 * No pod of the namespace takes or makes a connection that no other policy allows, but for names and the mesh's own
 * control. The second wall behind the mesh's: a sidecar that is missing or broken lets nothing through here.
 */
export class NamespaceIsolation extends Construct {
  constructor(scope: Construct, id: string, { namespace }: NamespaceIsolationProps) {
    super(scope, id);
    manifest(
      this,
      'deny-all',
      new NetworkPolicy({
        metadata: { name: 'deny-all', namespace },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      }),
    );
    manifest(
      this,
      'mesh',
      new NetworkPolicy({
        metadata: { name: 'mesh', namespace },
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: everybodyReaches },
      }),
    );
  }
}
