import { describe, expect, it } from '@jest/globals';
import { ofKind } from '../../checks/typed-objects.ts';
import { environments } from '../../environments/index.ts';
import { services } from '../../services.ts';
import { fixtureCluster } from '../../test/cluster.ts';
import { fixtureWorkload } from '../../test/fixtures.ts';
import { synth } from '../../test/synth.ts';
import { topologyOf } from '../../topology/topology.ts';
import { WorkloadSecret } from './workload-secret.ts';

function secretOf(workload = fixtureWorkload('post-worker'), environment = fixtureCluster) {
  const objects = synth((scope) => new WorkloadSecret(scope, 'secret', { workload, environment }));
  return ofKind(objects, 'ExternalSecret')[0]?.spec;
}

describe('the secret of a workload', () => {
  it("comes from the service's own entry of the secret store", () => {
    expect(secretOf()).toMatchObject({
      secretStoreRef: { kind: 'SecretStore', name: 'vault' },
      target: { name: 'post-worker' },
      data: [
        { secretKey: 'rabbitmq', remoteRef: { key: 'shop/fixture/post', property: 'rabbitmq' } },
        { secretKey: 'redis', remoteRef: { key: 'shop/fixture/post', property: 'redis' } },
      ],
    });
  });

  it("has the URLs of the service's own stores, in its name, with a place for the password", () => {
    expect(secretOf()?.target?.template?.data).toEqual({
      AMQP_URL: 'amqp://post:{{ .rabbitmq | urlquery }}@rabbitmq.ticketaka.svc.cluster.local:5672/ticketaka',
      REDIS_URL: 'redis://post:{{ .redis | urlquery }}@redis.ticketaka.internal:26379',
    });
  });

  it.each(topologyOf(services).workloads.map((workload) => [workload.name, workload] as const))(
    'asks for what the templates of %s use, and for nothing else',
    (_, workload) => {
      const spec = secretOf(workload, environments.prod);
      const templates = Object.values(spec?.target?.template?.data ?? {}).join('\n');
      const used = [...templates.matchAll(/\{\{ \.(\w+)/g)].flatMap(([, name]) => name ?? []);
      expect((spec?.data ?? []).map(({ secretKey }) => secretKey)).toEqual([...new Set(used)].toSorted());
    },
  );

  it('is none for a workload without secrets', () => {
    const web = topologyOf(services).workloads.find(({ name }) => name === 'web-server');
    expect(secretOf(web, environments.prod)).toBeUndefined();
  });
});
