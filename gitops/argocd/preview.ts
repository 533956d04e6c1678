import type { IApplicationSet } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1';
import type { KubernetesObject } from '@ticketaka/charts/render';
import { paths } from '../layout/paths.ts';
import { differencesOf, finalizers, retry } from './application.ts';
import { projects, settings } from './settings.ts';

/** The environment whose manifests a preview runs, with the images of a pull request. */
export const previewedEnvironment = 'dev';

/** The label that somebody gives a pull request to see it run. The workflow `preview` goes by the same. */
const label = 'preview';

/** The branch that the workflow `preview` writes for a pull request. */
const branch = 'preview-{{.number}}';

/**
 * The Applications of the pull request that is labelled, for a cluster of its own: one for each folder of its branch.
 * They go, with all that they made, when it is closed. Names and hosts are those of the environment, so that a cluster
 * has room for one at a time; a second one is reported by Argo CD as sharing the resources of the first.
 */
export function previewApplications(objects: readonly KubernetesObject[], repository: string): IApplicationSet {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: {
      name: 'preview',
      namespace: settings.namespace,
      labels: { 'app.kubernetes.io/part-of': 'ticketaka' },
    },
    spec: {
      goTemplate: true,
      // A branch that is not there yet, or gone, is an error, not an empty name.
      goTemplateOptions: ['missingkey=error'],
      generators: [
        {
          matrix: {
            generators: [
              { pullRequest: { github: { ...settings.code, labels: [label] }, requeueAfterSeconds: 120 } },
              {
                git: {
                  repoURL: repository,
                  revision: branch,
                  directories: [{ path: `${paths.environment(previewedEnvironment)}/*` }],
                },
              },
            ],
          },
        },
      ],
      template: {
        metadata: {
          name: `${label}-{{.number}}-{{.path.basename}}`,
          labels: {
            'app.kubernetes.io/name': '{{.path.basename}}',
            'app.kubernetes.io/part-of': 'ticketaka',
            'ticketaka/environment': label,
          },
          finalizers,
        },
        spec: {
          project: projects.platform,
          source: { repoURL: repository, targetRevision: branch, path: '{{.path.path}}' },
          destination: { server: settings.cluster, namespace: settings.namespaceOfServices },
          syncPolicy: {
            automated: { prune: true, selfHeal: true },
            syncOptions: ['ApplyOutOfSyncOnly=true', 'PruneLast=true'],
            // Nothing waits for another folder here: what comes too early is tried again.
            retry: { ...retry, limit: 20 },
          },
          ignoreDifferences: differencesOf(objects),
        },
      },
    },
  };
}
