import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret';
import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import { namespace } from '../../names.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { secretsOf } from '../../workload-secrets.ts';
import { settingsOf } from '../../workload-settings.ts';
import { manifest } from '../manifest.ts';

export interface WorkloadSecretProps {
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
}

/**
 * The secrets of one workload, which External Secrets fetches from the service's entry in the secret store and keeps in
 * a Secret of the workload's name. Nothing for a workload without secrets.
 */
export class WorkloadSecret extends Construct {
  constructor(scope: Construct, id: string, { workload, environment }: WorkloadSecretProps) {
    super(scope, id);
    const variables = secretsOf(workload, environment);
    const files = Object.values(settingsOf(workload.name, environment).secretFiles ?? {});
    const properties = [
      ...new Set([
        ...Object.values(variables).flatMap((secret) => secret.properties),
        ...files.map(({ property }) => property),
      ]),
    ].toSorted();
    if (properties.length === 0) return;
    const { store, path } = environment.cluster.secrets;
    manifest(
      this,
      'secret',
      new ExternalSecret({
        metadata: { name: workload.name, namespace },
        spec: {
          refreshInterval: '1h',
          secretStoreRef: { ...store },
          target: {
            name: workload.name,
            creationPolicy: 'Owner',
            template: {
              engineVersion: 'v2',
              data: {
                ...Object.fromEntries(Object.entries(variables).map(([name, { template }]) => [name, template])),
                ...Object.fromEntries(files.map(({ property, file }) => [file, `{{ .${property} }}`])),
              },
            },
          },
          data: properties.map((property) => ({
            secretKey: property,
            remoteRef: { key: `${path}/${workload.service.name}`, property },
          })),
        },
      }),
    );
  }
}
