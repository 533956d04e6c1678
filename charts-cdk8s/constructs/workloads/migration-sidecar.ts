import { Sidecar } from '@kubernetes-models/istio/networking.istio.io/v1/Sidecar';
import type { Service } from '@ticketaka/platform/contract';
import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import { meshNamespace, namespace, selectorLabels } from '../../names.ts';
import { manifest } from '../manifest.ts';
import { migrationName } from './migration-job.ts';

export interface MigrationSidecarProps {
  readonly service: Service;
  readonly environment: ClusterEnvironment;
}

/** All that a migration can reach is the database. Nothing for a service without one. */
export class MigrationSidecar extends Construct {
  constructor(scope: Construct, id: string, { service, environment }: MigrationSidecarProps) {
    super(scope, id);
    if (!service.owns.mariadb) return;
    const name = migrationName(service);
    manifest(
      this,
      'sidecar',
      new Sidecar({
        metadata: { name, namespace },
        spec: {
          workloadSelector: { labels: selectorLabels(name) },
          egress: [{ hosts: [`${meshNamespace}/*`, `./${environment.stores.mariadb.host}`] }],
          outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
        },
      }),
    );
  }
}
