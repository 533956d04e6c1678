import { describe, expect, it } from '@jest/globals';
import { ofKind } from '../checks/typed-objects.ts';
import { fixtureWorkload } from '../test/fixtures.ts';
import { synth } from '../test/synth.ts';
import { WorkloadRoutes } from './workload-routes.ts';

describe('the routes between workloads', () => {
  const objects = synth((scope) => new WorkloadRoutes(scope, 'routes', { workload: fixtureWorkload('orders-api') }));

  it('hold for calls inside the mesh only', () => {
    expect(ofKind(objects, 'VirtualService')[0]?.spec).toMatchObject({
      hosts: ['orders-api.ticketaka.svc.cluster.local'],
      gateways: ['mesh'],
      exportTo: ['.'],
    });
  });

  it('try reads again and nothing else', () => {
    const [reads, writes, ...more] = ofKind(objects, 'VirtualService')[0]?.spec?.http ?? [];
    expect(reads).toMatchObject({ match: [{ method: { regex: 'GET|HEAD' } }], retries: { attempts: 2 } });
    expect(writes).toMatchObject({ retries: { attempts: 0 } });
    expect(writes?.match).toBeUndefined();
    expect(more).toEqual([]);
  });

  it('speak mutual TLS, also when the gateway calls', () => {
    expect(ofKind(objects, 'DestinationRule')[0]?.spec).toMatchObject({
      host: 'orders-api.ticketaka.svc.cluster.local',
      exportTo: ['.', 'istio-ingress'],
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
    });
  });
});
