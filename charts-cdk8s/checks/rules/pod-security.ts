import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { type Finding, finding, type Objects } from '../finding.ts';
import { containersOf, podSourcesOf, podSpecOf } from '../pods.ts';

/** Volumes that the standard allows: none that reaches the node. */
const safeVolumes = new Set([
  'name',
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/**
 * The Pod Security Standard "restricted", control by control, and two things of ours that it leaves open: a root file
 * system that cannot be written, and no token of the API server in the pod.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function podSecurity(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) => {
    const spec = podSpecOf(source);
    return [
      ...podProblems(spec),
      ...containersOf(source).flatMap((container) =>
        containerProblems(container, spec).map(([code, message]) => [code, `${container.name} ${message}`] as const),
      ),
    ].map(([control, message]) => finding(`security/${control}`, source.object, message));
  });
}

/** A namespace with pods says that they are restricted, so that the API server refuses what these checks would miss. */
export function namespaceSecurity(objects: Objects): Finding[] {
  const used = new Set(podSourcesOf(objects).map(({ object }) => object.metadata.namespace));
  return objects
    .filter(({ kind, metadata }) => kind === 'Namespace' && used.has(metadata.name))
    .filter(({ metadata }) => metadata.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted')
    .map((object) => finding('security/namespace', object, 'it does not enforce the restricted standard'));
}

type Problem = readonly [control: string, message: string];

function podProblems(spec: Partial<IPodSpec>): Problem[] {
  const namespaces = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true);
  const volumes = (spec.volumes ?? []).filter((volume) => Object.keys(volume).some((type) => !safeVolumes.has(type)));
  const sysctls = spec.securityContext?.sysctls ?? [];
  return [
    ...namespaces.map((field) => ['host-namespaces', `it has ${field}`] as const),
    ...volumes.map(({ name }) => ['volumes', `volume ${name} reaches the node`] as const),
    ...sysctls.map(({ name }) => ['sysctls', `it sets ${name}`] as const),
    ...(spec.automountServiceAccountToken === false
      ? []
      : [['service-account-token', 'its pods get a token of the API server'] as const]),
    ...(spec.securityContext?.runAsUser === 0 ? [['run-as-user', 'its pods run as root'] as const] : []),
  ];
}

function containerProblems(container: IContainer, spec: Partial<IPodSpec>): Problem[] {
  const own = container.securityContext ?? {};
  const pod = spec.securityContext ?? {};
  const seccomp = (own.seccompProfile ?? pod.seccompProfile)?.type;
  const added = (own.capabilities?.add ?? []).filter((capability) => capability !== 'NET_BIND_SERVICE');
  const faults: readonly (Problem | false)[] = [
    own.privileged === true && ['privileged', 'is privileged'],
    own.allowPrivilegeEscalation !== false && ['privilege-escalation', 'may gain privileges'],
    (own.runAsNonRoot ?? pod.runAsNonRoot) !== true && ['run-as-non-root', 'may run as root'],
    own.runAsUser === 0 && ['run-as-user', 'runs as root'],
    seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost' && ['seccomp', 'has no seccomp profile'],
    !(own.capabilities?.drop ?? []).includes('ALL') && ['capabilities', 'keeps capabilities'],
    added.length > 0 && ['capabilities', `adds ${added.join(', ')}`],
    own.procMount !== undefined && own.procMount !== 'Default' && ['proc-mount', 'sees all of /proc'],
    own.readOnlyRootFilesystem !== true && ['read-only-root', 'can write its root file system'],
    (container.ports ?? []).some(({ hostPort }) => hostPort) && ['host-ports', 'takes a port of the node'],
  ];
  return faults.filter((fault) => fault !== false);
}
