import type { Service } from '@ticketaka/platform/contract';
import { Construct } from 'constructs';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { ClusterEnvironment } from '../../environment.ts';
import { gatewayPorts, namespace, selectorLabels } from '../../names.ts';
import { manifest } from '../manifest.ts';
import { smokeLabels } from './canary-smoke.ts';
import { migrationName } from './migration-job.ts';
import { gatewayPods, tcp, toServer } from './network-peers.ts';

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
    manifest(
      this,
      'policy',
      new NetworkPolicy({
        metadata: { name, namespace },
        spec: {
          podSelector: { matchLabels: selectorLabels(name) },
          policyTypes: ['Ingress', 'Egress'],
          egress: [toServer(environment.stores.mariadb)],
        },
      }),
    );
  }
}

/** The check of a canary reaches the gateway, as a client outside does, and nobody reaches it. */
export class SmokeNetwork extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    manifest(
      this,
      'policy',
      new NetworkPolicy({
        metadata: { name: 'canary-smoke', namespace },
        spec: {
          podSelector: { matchLabels: smokeLabels },
          policyTypes: ['Ingress', 'Egress'],
          egress: [{ to: [gatewayPods], ports: tcp(gatewayPorts.http.pod) }],
        },
      }),
    );
  }
}
