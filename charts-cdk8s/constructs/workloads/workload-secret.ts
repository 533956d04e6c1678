import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { secretsOf } from '../../workload-secrets.ts';
import { settingsOf } from '../../workload-settings.ts';
import { KeptSecret, revisionOf, type SecretContents } from '../kept-secret.ts';

export interface WorkloadSecretProps {
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
}

/** What the Secret of a workload is made of; undefined for a workload without secrets. */
function contentsOf({ workload, environment }: WorkloadSecretProps): SecretContents | undefined {
  const variables = secretsOf(workload, environment);
  const files = Object.values(settingsOf(workload.name, environment).secretFiles ?? {});
  const properties = new Set([
    ...Object.values(variables).flatMap((secret) => secret.properties),
    ...files.map(({ property }) => property),
  ]);
  if (properties.size === 0) return undefined;
  return {
    name: workload.name,
    entry: workload.service.name,
    properties: Object.fromEntries([...properties].toSorted().map((property) => [property, property])),
    templates: {
      ...Object.fromEntries(Object.entries(variables).map(([name, { template }]) => [name, template])),
      ...Object.fromEntries(files.map(({ property, file }) => [file, `{{ .${property} }}`])),
    },
  };
}

/** Revision of the workload's secrets, for its pods; undefined for a workload without secrets. */
export function secretRevision(props: WorkloadSecretProps): string | undefined {
  const contents = contentsOf(props);
  return contents && revisionOf({ contents, secrets: props.environment.cluster.secrets });
}

/** The secrets of one workload, from the service's entry, in a Secret of the workload's name. Nothing where there are none. */
export class WorkloadSecret extends Construct {
  constructor(scope: Construct, id: string, props: WorkloadSecretProps) {
    super(scope, id);
    const contents = contentsOf(props);
    if (contents) new KeptSecret(this, 'kept', { contents, secrets: props.environment.cluster.secrets });
  }
}
