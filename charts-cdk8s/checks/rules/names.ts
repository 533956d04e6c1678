import { type Finding, finding, type Objects } from '../finding.ts';
import { type KubernetesObject, labelOf } from '../kubernetes-object.ts';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const clusterScoped = new Set([
  'ClusterAnalysisTemplate',
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterSecretStore',
  'CustomResourceDefinition',
  'IngressClass',
  'Namespace',
  'PriorityClass',
  'StorageClass',
]);

/** Namespaces that the cluster has without these manifests. */
const givenNamespaces = new Set([
  'argo-rollouts',
  'argocd',
  'default',
  'istio-ingress',
  'istio-system',
  'keda',
  'kube-system',
  'monitoring',
]);

/** Formats of names: RFC 1123, stricter and shorter for some kinds. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export function nameFormats(objects: Objects): Finding[] {
  return objects.flatMap((object) => {
    const { name } = object.metadata;
    const why = nameProblem(object.kind, name);
    return why ? [finding('kubernetes/name', object, `'${name}' ${why}`)] : [];
  });
}

function nameProblem(kind: string, name: string): string | undefined {
  if (kind === 'Service' && !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) return 'is not a DNS label (RFC 1035)';
  if (kind === 'Service' || kind === 'Namespace') {
    if (!label.test(name)) return 'is not a DNS label (RFC 1123)';
    return name.length > 63 ? 'is longer than 63 characters' : undefined;
  }
  // Their pods carry the name in a label, with an end that the controller adds.
  const longest = { CronJob: 52, Job: 63, StatefulSet: 52, Rollout: 52, Deployment: 52 }[kind] ?? 253;
  if (name.length > longest) return `is longer than ${longest} characters`;
  return subdomain.test(name) ? undefined : 'is not a DNS subdomain (RFC 1123)';
}

/** An object of a namespace says which, that one exists, and an object of the cluster is in none. */
export function namespaces(objects: Objects): Finding[] {
  const known = new Set([
    ...givenNamespaces,
    ...objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name),
  ]);
  return objects.flatMap((object) => {
    const { namespace } = object.metadata;
    if (clusterScoped.has(object.kind))
      return namespace === undefined ? [] : [finding('kubernetes/namespace', object, 'its kind is in no namespace')];
    if (namespace === undefined) return [finding('kubernetes/namespace', object, 'it does not say its namespace')];
    return known.has(namespace) ? [] : [finding('kubernetes/namespace', object, `there is no namespace ${namespace}`)];
  });
}

/** Of two objects of one name, one would overwrite the other. */
export function duplicates(objects: Objects): Finding[] {
  const seen = new Set<string>();
  return objects.flatMap((object) => {
    const again = seen.has(identityOf(object));
    seen.add(identityOf(object));
    return again ? [finding('kubernetes/duplicate', object, 'another object has its kind and name')] : [];
  });
}

/** The group counts and the version does not: two versions of a kind are one object. */
function identityOf(object: KubernetesObject): string {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  return `${group} ${labelOf(object)}`;
}
