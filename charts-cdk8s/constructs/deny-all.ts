import { AuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy';
import { Construct } from 'constructs';
import { manifest } from './manifest.ts';

export interface DenyAllProps {
  readonly namespace: string;
}

/** Nothing is allowed in the namespace but what another policy allows. */
export class DenyAll extends Construct {
  constructor(scope: Construct, id: string, props: DenyAllProps) {
    super(scope, id);
    manifest(
      this,
      'policy',
      new AuthorizationPolicy({ metadata: { name: 'deny-all', namespace: props.namespace }, spec: {} }),
    );
  }
}
