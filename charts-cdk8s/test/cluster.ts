import type { ClusterEnvironment } from '../environment.ts';
import { environments } from '../environments/index.ts';
import { fixtureEnvironment } from './fixtures.ts';

/** A small cluster for the fixture services. */
export const fixtureCluster: ClusterEnvironment = {
  ...fixtureEnvironment,
  name: 'fixture',
  hosts: ['tickets.example'],
  cluster: {
    ...environments.prod.cluster,
    registry: 'registry.example/shop',
    publicUrl: 'https://tickets.example',
    resources: {},
    secrets: { store: { kind: 'SecretStore', name: 'vault' }, path: 'shop/fixture' },
  },
};
