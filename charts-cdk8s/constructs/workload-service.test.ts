import { expect, it } from '@jest/globals';
import { fixtureWorkload } from '../test/fixtures.ts';
import { synthOne } from '../test/synth.ts';
import { WorkloadService } from './workload-service.ts';

it('has the port of the application, declared as HTTP, and not the admin port', () => {
  const workload = fixtureWorkload('orders-api');
  expect(synthOne((scope) => new WorkloadService(scope, 'service', { workload })).spec).toEqual({
    selector: { app: 'orders-api' },
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP', appProtocol: 'http' }],
  });
});
