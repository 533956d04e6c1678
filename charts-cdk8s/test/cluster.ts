import type { ClusterEnvironment } from '../environment.ts';
import { environments } from '../environments/index.ts';
import { fixtureEnvironment } from './fixtures.ts';

/** A small cluster for the fixture services. */
export const fixtureCluster: ClusterEnvironment = {
  ...fixtureEnvironment,
  name: 'fixture',
  hosts: ['tickets.example'],
  tlsSecret: 'tickets-tls',
  stores: { ...fixtureEnvironment.stores, rabbitmq: environments.prod.stores.rabbitmq },
  cluster: {
    ...environments.prod.cluster,
    registry: 'registry.example/ticketaka',
    publicUrl: 'https://tickets.example',
    footprints: {},
    secrets: { kind: 'external-secrets', store: { kind: 'SecretStore', name: 'vault' }, path: 'shop/fixture' },
  },
};
