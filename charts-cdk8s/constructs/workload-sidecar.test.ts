import { describe, expect, it } from '@jest/globals';
import { fixtureEnvironment, fixtureTopology, fixtureWorkload } from '../test/fixtures.ts';
import { synthOne } from '../test/synth.ts';
import { WorkloadSidecar } from './workload-sidecar.ts';

function sidecarOf(name: string, environment = fixtureEnvironment) {
  const props = { topology: fixtureTopology, workload: fixtureWorkload(name), environment };
  return synthOne((scope) => new WorkloadSidecar(scope, 'sidecar', props)).spec;
}

describe('the reach of a workload', () => {
  it('is the workloads that it calls, its own stores and the broker', () => {
    expect(sidecarOf('orders-api')).toEqual({
      workloadSelector: { labels: { app: 'orders-api' } },
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      egress: [
        {
          hosts: [
            'istio-system/*',
            './shows-catalogue.ticketaka.svc.cluster.local',
            './shows-editor.ticketaka.svc.cluster.local',
            './mariadb.ticketaka.internal',
            './rabbitmq.ticketaka.internal',
          ],
        },
      ],
    });
  });

  it('ends at the mesh itself for a workload that calls nobody', () => {
    expect(sidecarOf('shows-catalogue')).toMatchObject({
      egress: [{ hosts: ['istio-system/*', './mariadb.ticketaka.internal'] }],
    });
  });

  it('has its declared egress, under the host that the environment gives it', () => {
    expect(sidecarOf('post-worker')).toMatchObject({
      egress: [
        {
          hosts: [
            'istio-system/*',
            './rabbitmq.ticketaka.internal',
            './redis.ticketaka.internal',
            './smtp.ticketaka.internal',
          ],
        },
      ],
    });
  });

  it('cannot be rendered where the environment does not know the egress', () => {
    const environment = { ...fixtureEnvironment, egress: {} };
    expect(() => sidecarOf('post-worker', environment)).toThrow("environment local does not say where post's smtp is");
  });
});
