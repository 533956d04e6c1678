import { Construct } from 'constructs';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ingress } from '../../names.ts';
import { manifest } from '../manifest.ts';

/**
 * istiod gives the gateway its certificate only when the gateway's own account may read secrets beside it. The pod has
 * no token, and so cannot read them itself.
 */
export class GatewaySecretsRole extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { namespace, serviceAccount: name } = ingress;
    manifest(
      this,
      'role',
      new Role({
        metadata: { name, namespace },
        rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'watch', 'list'] }],
      }),
    );
    manifest(
      this,
      'binding',
      new RoleBinding({
        metadata: { name, namespace },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      }),
    );
  }
}
