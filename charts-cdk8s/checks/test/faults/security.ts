import { container, type Fault, pod, worker } from './fault.ts';

/** Pod security, control by control. */
export const securityFaults: Readonly<Record<string, Fault>> = {
  'pods in the network of the node': {
    code: 'security/host-namespaces',
    object: worker,
    path: `${pod}.hostNetwork`,
    value: true,
  },
  'a directory of the node': {
    code: 'security/volumes',
    object: worker,
    path: `${pod}.volumes.1`,
    value: { name: 'node', hostPath: { path: '/' } },
  },
  'a privileged container': {
    code: 'security/privileged',
    object: worker,
    path: `${container}.securityContext.privileged`,
    value: true,
  },
  'a container that may gain privileges': {
    code: 'security/privilege-escalation',
    object: worker,
    path: `${container}.securityContext.allowPrivilegeEscalation`,
  },
  'pods that may run as root': {
    code: 'security/run-as-non-root',
    object: worker,
    path: `${pod}.securityContext.runAsNonRoot`,
  },
  'a container that runs as root': {
    code: 'security/run-as-user',
    object: worker,
    path: `${container}.securityContext.runAsUser`,
    value: 0,
  },
  'pods without a seccomp profile': {
    code: 'security/seccomp',
    object: worker,
    path: `${pod}.securityContext.seccompProfile.type`,
    value: 'Unconfined',
  },
  'a container that keeps capabilities': {
    code: 'security/capabilities',
    object: worker,
    path: `${container}.securityContext.capabilities.drop`,
    value: ['NET_RAW'],
  },
  'a container that adds a capability': {
    code: 'security/capabilities',
    object: worker,
    path: `${container}.securityContext.capabilities.add`,
    value: ['NET_ADMIN'],
  },
  'a root file system that can be written': {
    code: 'security/read-only-root',
    object: worker,
    path: `${container}.securityContext.readOnlyRootFilesystem`,
  },
  'a port of the node': {
    code: 'security/host-ports',
    object: worker,
    path: `${container}.ports.0.hostPort`,
    value: 80,
  },
  'a token of the API server': {
    code: 'security/service-account-token',
    object: worker,
    path: `${pod}.automountServiceAccountToken`,
  },
  'a namespace that admits anything': {
    code: 'security/namespace',
    object: 'Namespace shop',
  },
};
