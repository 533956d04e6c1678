import { Namespace } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

export interface MeshNamespaceProps {
  readonly name: string;
}

/** A namespace whose pods get a sidecar and must keep to the restricted pod security standard. */
export class MeshNamespace extends Construct {
  constructor(scope: Construct, id: string, props: MeshNamespaceProps) {
    super(scope, id);
    new Namespace(this, 'namespace', {
      metadata: {
        name: props.name,
        labels: {
          'istio-injection': 'enabled',
          'pod-security.kubernetes.io/enforce': 'restricted',
          'pod-security.kubernetes.io/audit': 'restricted',
          'pod-security.kubernetes.io/warn': 'restricted',
        },
      },
    });
  }
}
