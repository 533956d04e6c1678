import { type Service, workloadName } from '@ticketaka/platform/contract';
import { Construct } from 'constructs';
import { Job } from 'kubernetes-models/batch/v1/Job';
import type { ClusterEnvironment } from '../../environment.ts';
import { imageOf, versionLabels } from '../../image.ts';
import { namespace, selectorLabels } from '../../names.ts';
import { taskHeap, taskResources } from '../../resources.ts';
import { manifest } from '../manifest.ts';
import { containerSecurity, podSecurity } from './container-security.ts';

export interface MigrationJobProps {
  readonly service: Service;
  readonly environment: ClusterEnvironment;
}

/** Name of the migration of a service, and of its pods' label `app`. */
export function migrationName(service: Service): string {
  return `${service.name}-migration`;
}

/**
 * Brings the schema of a service up to date before its new pods start: Argo CD applies it in an earlier wave, and waits.
 * The pods of the release before go on meanwhile, so a migration only ever adds; what is no longer used goes a release
 * later. A Job cannot change, so each release replaces it; and it is not removed when it is done, or Argo CD would find
 * it missing and run it again. Nothing for a service without a database.
 */
export class MigrationJob extends Construct {
  constructor(scope: Construct, id: string, { service, environment }: MigrationJobProps) {
    super(scope, id);
    const owner = Object.keys(service.workloads)[0];
    if (!service.owns.mariadb || owner === undefined) return;
    // With the identity of one of the service's workloads: who may open the database is one list, not two.
    const account = workloadName(service.name, owner);
    const name = migrationName(service);
    manifest(
      this,
      'job',
      new Job({
        metadata: {
          name,
          namespace,
          annotations: { 'argocd.argoproj.io/sync-options': 'Force=true,Replace=true' },
        },
        spec: {
          backoffLimit: 3,
          activeDeadlineSeconds: 1800,
          template: {
            metadata: {
              // The labels of no Service and no Rollout, and those by which the mesh and the network know the reach of it.
              labels: { ...selectorLabels(name), 'app.kubernetes.io/name': service.name, ...versionLabels },
              // The proxy stops by itself when the job is done.
              annotations: { 'sidecar.istio.io/nativeSidecar': 'true' },
            },
            spec: {
              serviceAccountName: account,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              restartPolicy: 'Never',
              securityContext: podSecurity,
              containers: [
                {
                  name: 'migration',
                  image: imageOf(service.name, environment),
                  imagePullPolicy: 'IfNotPresent',
                  command: ['node', `services/${service.name}/main.migration.ts`],
                  env: [
                    { name: 'LOG_LEVEL', value: environment.cluster.logLevel },
                    { name: 'MARIADB_URL', valueFrom: { secretKeyRef: { name: account, key: 'MARIADB_URL' } } },
                    { name: 'NODE_ENV', value: 'production' },
                    { name: 'NODE_OPTIONS', value: taskHeap },
                  ],
                  resources: taskResources,
                  securityContext: containerSecurity,
                  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
                  terminationMessagePolicy: 'FallbackToLogsOnError',
                },
              ],
              volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }],
            },
          },
        },
      }),
    );
  }
}
