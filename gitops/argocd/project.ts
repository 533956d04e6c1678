import type { IAppProject } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1';
import type { KubernetesObject } from '@ticketaka/charts/render';
import { projects, settings } from './settings.ts';

const projectModel = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject' } as const;

/**
 * What the platform's Applications may make: the kinds and the namespaces that are rendered, from the one repository.
 * A stolen key of that repository opens no more than this.
 */
export function platformProject(objects: readonly KubernetesObject[], repository: string): IAppProject {
  const namespaces = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  // A namespace comes from git too, and what is in it may come before it is listed.
  for (const { kind, metadata } of objects) if (kind === 'Namespace') namespaces.add(metadata.name);
  return {
    ...projectModel,
    metadata: {
      name: projects.platform,
      namespace: settings.namespace,
      labels: { 'app.kubernetes.io/part-of': 'ticketaka' },
    },
    spec: {
      description: 'The services, and the mesh that they are in',
      sourceRepos: [repository],
      destinations: [...namespaces].toSorted().map((namespace) => ({ server: settings.cluster, namespace })),
      clusterResourceWhitelist: kindsOf(objects.filter(({ metadata }) => metadata.namespace === undefined)),
      namespaceResourceWhitelist: kindsOf(objects.filter(({ metadata }) => metadata.namespace !== undefined)),
    },
  };
}

/** The root may make Applications and nothing else: whoever can make those can make anything their project may. */
export function rootProject(repository: string): IAppProject {
  return {
    ...projectModel,
    metadata: {
      name: projects.root,
      namespace: settings.namespace,
      labels: { 'app.kubernetes.io/part-of': 'ticketaka' },
    },
    spec: {
      description: 'The Applications of the platform',
      sourceRepos: [repository],
      destinations: [{ server: settings.cluster, namespace: settings.namespace }],
      clusterResourceWhitelist: [],
      namespaceResourceWhitelist: [{ group: 'argoproj.io', kind: 'Application' }],
    },
  };
}

function kindsOf(objects: readonly KubernetesObject[]) {
  const kinds = new Map(
    objects.map(({ apiVersion, kind }) => {
      const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
      return [`${group}/${kind}`, { group, kind }] as const;
    }),
  );
  return [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
