import type { Service } from '@ticketaka/platform/contract';
import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import { gatewayPorts, namespace, selectorLabels } from '../../names.ts';
import { smokeLabels } from './canary-smoke.ts';
import { migrationName } from './migration-job.ts';
import { gatewayPods, tcp, toServer } from './network-peers.ts';
import { podNetwork } from './pod-network.ts';

export interface MigrationNetworkProps {
  readonly service: Service;
  readonly environment: ClusterEnvironment;
}

/** A migration reaches the database, and nobody reaches it. Nothing for a service without a database. */
export class MigrationNetwork extends Construct {
  constructor(scope: Construct, id: string, { service, environment }: MigrationNetworkProps) {
    super(scope, id);
    if (!service.owns.mariadb) return;
    const name = migrationName(service);
    podNetwork(this, 'policy', {
      name,
      namespace,
      pods: selectorLabels(name),
      egress: [toServer(environment.stores.mariadb)],
    });
  }
}

/** The check of a canary reaches the gateway, as a client outside does, and nobody reaches it. */
export class SmokeNetwork extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    podNetwork(this, 'policy', {
      name: 'canary-smoke',
      namespace,
      pods: smokeLabels,
      egress: [{ to: [gatewayPods], ports: tcp(gatewayPorts.http.pod) }],
    });
  }
}
