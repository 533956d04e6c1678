import type { IPodSecurityContext } from 'kubernetes-models/v1/PodSecurityContext';
import type { ISecurityContext } from 'kubernetes-models/v1/SecurityContext';

/**
 * What the restricted pod security standard asks for, and a read-only root beside. Spelt out for each pod, since an
 * admission check refuses what a default has left open.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export const podSecurity: IPodSecurityContext = {
  runAsNonRoot: true,
  // Nobody in particular: images give this number nothing that they do not give everybody.
  runAsUser: 65_532,
  runAsGroup: 65_532,
  fsGroup: 65_532,
  seccompProfile: { type: 'RuntimeDefault' },
};

export const containerSecurity: ISecurityContext = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
