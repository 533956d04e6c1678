import type { IApplication } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1';
import type { KubernetesObject } from '@ticketaka/charts/render';
import { paths, sharedFolder } from '../layout/paths.ts';
import { projects, settings, waves } from './settings.ts';

type Difference = NonNullable<NonNullable<IApplication['spec']>['ignoreDifferences']>[number];

const applicationModel = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' } as const;

/** An Application's finalizer: without it, what it deployed would outlive it. */
export const finalizers = ['resources-finalizer.argocd.argoproj.io/foreground'];

export const retry = { limit: 5, backoff: { duration: '5s', factor: 2, maxDuration: '3m' } } as const;

export interface FolderOptions {
  /** Address of the manifest repository, as Argo CD reads it. */
  readonly repository: string;
  readonly environment: string;
  /** The service, or the folder of what is everybody's. */
  readonly owner: string;
  readonly objects: readonly KubernetesObject[];
}

/** The Application of a folder of the manifest repository. */
export function folderApplication({ repository, environment, owner, objects }: FolderOptions): IApplication {
  return {
    ...applicationModel,
    metadata: {
      name: `${environment}-${owner}`,
      namespace: settings.namespace,
      labels: {
        'app.kubernetes.io/name': owner,
        'app.kubernetes.io/part-of': 'ticketaka',
        'ticketaka/environment': environment,
      },
      annotations: { 'argocd.argoproj.io/sync-wave': owner === sharedFolder ? waves.shared : waves.service },
      finalizers,
    },
    spec: {
      project: projects.platform,
      source: {
        repoURL: repository,
        targetRevision: settings.branch,
        path: paths.service(environment, owner),
      },
      destination: { server: settings.cluster, namespace: settings.namespaceOfServices },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        // Not RespectIgnoreDifferences: of a list without keys, as the routes of a VirtualService are, it would take the
        // whole list from the cluster, and no change of it would ever arrive (argo-cd#26588). Weights that a sync sets
        // back for a moment are put right by the Rollouts controller at once.
        syncOptions: ['ApplyOutOfSyncOnly=true', 'PruneLast=true'],
        retry,
      },
      ignoreDifferences: differencesOf(objects),
    },
  };
}

/** The Application that holds the others: a folder becomes one when it is rendered, and goes with it. */
export function rootApplication(environment: string, repository: string): IApplication {
  return {
    ...applicationModel,
    metadata: {
      name: `${environment}-root`,
      namespace: settings.namespace,
      labels: { 'app.kubernetes.io/part-of': 'ticketaka', 'ticketaka/environment': environment },
      finalizers,
    },
    spec: {
      project: projects.root,
      source: { repoURL: repository, targetRevision: settings.branch, path: paths.argocd(environment) },
      destination: { server: settings.cluster, namespace: settings.namespace },
      syncPolicy: { automated: { prune: true, selfHeal: true }, retry },
    },
  };
}

/** What controllers change in objects of git, by their right: those are no differences. Only what is there is named. */
export function differencesOf(objects: readonly KubernetesObject[]): Difference[] {
  const kinds = new Set(objects.map(({ kind }) => kind));
  const previews = [...new Set(objects.flatMap(managedRoutesOf))].toSorted();
  return [
    {
      group: 'networking.istio.io',
      kind: 'VirtualService',
      jqPathExpressions: [
        '.spec.http[].route[]?.weight',
        ...previews.map((name) => `.spec.http[] | select(.name == "${name}")`),
      ],
    },
    {
      group: 'networking.istio.io',
      kind: 'DestinationRule',
      jqPathExpressions: ['.spec.subsets[]?.labels["rollouts-pod-template-hash"]'],
    },
    {
      group: 'external-secrets.io',
      kind: 'ExternalSecret',
      jqPathExpressions: ['conversionStrategy', 'decodingStrategy', 'metadataPolicy'].flatMap((field) => [
        `.spec.data[]?.remoteRef.${field}`,
        `.spec.dataFrom[]?.extract.${field}`,
      ]),
    },
  ].filter(({ kind }) => kinds.has(kind));
}

/** Names of the routes that a Rollout adds to VirtualServices while its canary runs. */
function managedRoutesOf({ kind, spec }: KubernetesObject): string[] {
  if (kind !== 'Rollout') return [];
  // The charts have checked every Rollout against its schema.
  const rollout = spec as { strategy?: { canary?: { trafficRouting?: { managedRoutes?: { name: string }[] } } } };
  return (rollout.strategy?.canary?.trafficRouting?.managedRoutes ?? []).map(({ name }) => name);
}
