import type { IApplication, IAppProject } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1';
import type { KubernetesObject } from '@ticketaka/charts/render';
import { paths } from '../layout/paths.ts';
import { projects, settings, waves } from './settings.ts';

/** Something that must run in a cluster before our manifests mean anything there: it serves kinds that they are of. */
interface Operator {
  readonly namespace: string;
  /** Groups of the kinds that it serves. A cluster without an object of these has no use for it. */
  readonly groups: readonly [string, ...string[]];
  readonly repository: string;
  /** A version of its chart, or a tag of its repository. */
  readonly revision: string;
  /** The chart in a repository of charts, or the folder of a git repository that kustomize reads. */
  readonly content:
    | { readonly chart: string; readonly values: Readonly<Record<string, unknown>> }
    | { readonly path: string };
  /** Those that others need while they start are first. */
  readonly wave: '-2' | '-1';
}

/** By name. Each by an exact version: a new one comes by a commit. */
export const operators: Readonly<Record<string, Operator>> = {
  'cert-manager': {
    namespace: 'cert-manager',
    groups: ['cert-manager.io'],
    repository: 'https://charts.jetstack.io',
    revision: 'v1.20.2',
    content: { chart: 'cert-manager', values: { crds: { enabled: true } } },
    wave: '-2',
  },
  'kube-prometheus-stack': {
    namespace: 'monitoring',
    groups: ['monitoring.coreos.com'],
    repository: 'https://prometheus-community.github.io/helm-charts',
    revision: '88.4.0',
    content: {
      chart: 'kube-prometheus-stack',
      values: {
        // What we render has labels of its own, not those of this release.
        prometheus: {
          prometheusSpec: {
            podMonitorSelectorNilUsesHelmValues: false,
            ruleSelectorNilUsesHelmValues: false,
            serviceMonitorSelectorNilUsesHelmValues: false,
          },
        },
        grafana: { fullnameOverride: 'grafana', sidecar: { dashboards: { enabled: true, searchNamespace: 'ALL' } } },
      },
    },
    wave: '-2',
  },
  'argo-rollouts': {
    namespace: 'argo-rollouts',
    groups: ['argoproj.io'],
    repository: 'https://argoproj.github.io/argo-helm',
    revision: '2.41.1',
    content: { chart: 'argo-rollouts', values: { dashboard: { enabled: false } } },
    wave: '-1',
  },
  'external-secrets': {
    namespace: 'external-secrets',
    groups: ['external-secrets.io'],
    repository: 'https://charts.external-secrets.io',
    revision: '2.11.0',
    content: { chart: 'external-secrets', values: { installCRDs: true } },
    wave: '-1',
  },
  'sealed-secrets': {
    // Where kubeseal looks for it, by the name that it looks for.
    namespace: 'kube-system',
    groups: ['bitnami.com'],
    repository: 'https://bitnami.github.io/sealed-secrets',
    revision: '2.18.4',
    content: { chart: 'sealed-secrets', values: { fullnameOverride: 'sealed-secrets-controller' } },
    wave: '-1',
  },
  keda: {
    namespace: 'keda',
    groups: ['keda.sh'],
    repository: 'https://kedacore.github.io/charts',
    revision: '2.20.2',
    content: { chart: 'keda', values: {} },
    wave: '-1',
  },
  'rabbitmq-operator': {
    namespace: 'rabbitmq-system',
    groups: ['rabbitmq.com'],
    repository: 'https://github.com/rabbitmq/cluster-operator.git',
    revision: 'v2.22.3',
    content: { path: 'config/installation' },
    wave: '-1',
  },
  'kiali-operator': {
    namespace: 'kiali-operator',
    groups: ['kiali.io'],
    repository: 'https://kiali.org/helm-charts',
    revision: '2.27.0',
    // The Kiali resource is ours.
    content: { chart: 'kiali-operator', values: { cr: { create: false } } },
    wave: '-1',
  },
};

/** Names of the operators that an environment's objects need. */
export function operatorsOf(objects: readonly KubernetesObject[]): readonly string[] {
  const groups = new Set(objects.map(({ apiVersion }) => apiVersion.split('/')[0] ?? ''));
  return Object.entries(operators)
    .filter(([, operator]) => operator.groups.some((group) => groups.has(group)))
    .map(([name]) => name);
}

const labels = (environment: string) => ({
  'app.kubernetes.io/part-of': 'ticketaka',
  'ticketaka/environment': environment,
});
const model = { apiVersion: 'argoproj.io/v1alpha1' } as const;
const retry = { limit: 5, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } } as const;

/** The Application of one operator. It has no finalizer: with its CRDs would go every object of theirs. */
export function operatorApplication(environment: string, name: string): IApplication {
  const operator = operators[name];
  if (!operator) throw new Error(`there is no operator ${name}`);
  const { namespace, repository, revision, content, wave } = operator;
  return {
    ...model,
    kind: 'Application',
    metadata: {
      name: `${environment}-${name}`,
      namespace: settings.namespace,
      labels: labels(environment),
      annotations: { 'argocd.argoproj.io/sync-wave': wave },
    },
    spec: {
      project: projects.operators,
      source: {
        repoURL: repository,
        targetRevision: revision,
        ...('chart' in content
          ? { chart: content.chart, helm: { releaseName: name, valuesObject: structuredClone(content.values) } }
          : { path: content.path }),
      },
      destination: { server: settings.cluster, namespace },
      syncPolicy: {
        automated: { selfHeal: true },
        // Their CRDs are too large for the annotation that a client-side apply leaves.
        syncOptions: ['CreateNamespace=true', 'ServerSideApply=true'],
        retry,
      },
    },
  };
}

/** The Application of the operators' Applications: healthy when they all are, and before anything of the platform. */
export function operatorsApplication(environment: string, repository: string): IApplication {
  return {
    ...model,
    kind: 'Application',
    metadata: {
      name: `${environment}-operators`,
      namespace: settings.namespace,
      labels: labels(environment),
      annotations: { 'argocd.argoproj.io/sync-wave': waves.operators },
    },
    spec: {
      project: projects.root,
      source: { repoURL: repository, targetRevision: settings.branch, path: paths.operators(environment) },
      destination: { server: settings.cluster, namespace: settings.namespace },
      // Not pruned: an operator leaves a cluster when a person has seen to what it runs.
      syncPolicy: { automated: { selfHeal: true }, retry },
    },
  };
}

/** What operators may do, which is nearly everything, and from where, which is from their own repositories alone. */
export function operatorsProject(names: readonly string[]): IAppProject {
  const used = names.flatMap((name) => operators[name] ?? []);
  // Two of them keep a lock, or measure, in kube-system.
  const namespaces = new Set([...used.map(({ namespace }) => namespace), 'kube-system']);
  return {
    ...model,
    kind: 'AppProject',
    metadata: {
      name: projects.operators,
      namespace: settings.namespace,
      labels: { 'app.kubernetes.io/part-of': 'ticketaka' },
    },
    spec: {
      description: 'The operators that the platform stands on',
      sourceRepos: [...new Set(used.map(({ repository }) => repository))].toSorted(),
      destinations: [...namespaces].toSorted().map((namespace) => ({ server: settings.cluster, namespace })),
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    },
  };
}
