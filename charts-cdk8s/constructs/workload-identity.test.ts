import { expect, it } from '@jest/globals';
import { fixtureWorkload } from '../test/fixtures.ts';
import { synthOne } from '../test/synth.ts';
import { WorkloadIdentity } from './workload-identity.ts';

it('is named as the workload, and has no token for the API of Kubernetes', () => {
  const workload = fixtureWorkload('post-worker');
  expect(synthOne((scope) => new WorkloadIdentity(scope, 'identity', { workload }))).toMatchObject({
    kind: 'ServiceAccount',
    metadata: { name: 'post-worker', namespace: 'ticketaka' },
    automountServiceAccountToken: false,
  });
});
