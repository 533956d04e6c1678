import { PeerAuthentication } from '@kubernetes-models/istio/security.istio.io/v1/PeerAuthentication';
import { Construct } from 'constructs';
import { manifest } from './manifest.ts';

export interface StrictMutualTlsProps {
  readonly namespace: string;
}

/** No pod of the namespace takes a connection without a certificate of the mesh. */
export class StrictMutualTls extends Construct {
  constructor(scope: Construct, id: string, props: StrictMutualTlsProps) {
    super(scope, id);
    manifest(
      this,
      'authentication',
      new PeerAuthentication({
        metadata: { name: 'default', namespace: props.namespace },
        spec: { mtls: { mode: 'STRICT' } },
      }),
    );
  }
}
