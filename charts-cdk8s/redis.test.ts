import { describe, expect, it } from '@jest/globals';
import { ofKind } from './checks/typed-objects.ts';
import type { ClusterEnvironment } from './environment.ts';
import { environments } from './environments/index.ts';
import { render } from './render.ts';
import { fixtureJwks } from './test/fixtures.ts';

function renderedWith(redis: ClusterEnvironment['stores']['redis']) {
  const { prod } = environments;
  const { objects } = render({ environment: { ...prod, stores: { ...prod.stores, redis } }, jwks: fixtureJwks });
  const secret = ofKind(objects, 'ExternalSecret').find(({ metadata }) => metadata.name === 'auth-api');
  const network = ofKind(objects, 'NetworkPolicy').find(({ metadata }) => metadata.name === 'auth-api');
  const sidecar = ofKind(objects, 'Sidecar').find(({ metadata }) => metadata.name === 'auth-api');
  return {
    url: secret?.spec.target?.template?.data?.['REDIS_URL'],
    entries: ofKind(objects, 'ServiceEntry').filter(({ metadata }) => metadata.name.startsWith('redis')),
    egress: network?.spec?.egress ?? [],
    hosts: sidecar?.spec?.egress?.flatMap(({ hosts }) => hosts) ?? [],
  };
}

describe('Redis that others manage', () => {
  const { url, entries, egress, hosts } = renderedWith({
    host: 'ticketaka.abc123.apn2.cache.amazonaws.com',
    port: 6379,
    tls: true,
    networks: ['10.64.16.0/20'],
  });

  it('is reached by TLS at its name, whatever address DNS says that it has today', () => {
    expect(url).toBe('rediss://auth:{{ .redis | urlquery }}@ticketaka.abc123.apn2.cache.amazonaws.com:6379');
    expect(entries.map(({ spec }) => spec)).toEqual([
      {
        hosts: ['ticketaka.abc123.apn2.cache.amazonaws.com'],
        ports: [{ name: 'tls-redis', number: 6379, protocol: 'TLS' }],
        location: 'MESH_EXTERNAL',
        resolution: 'DNS',
        exportTo: ['.'],
      },
    ]);
    expect(hosts).toContain('./ticketaka.abc123.apn2.cache.amazonaws.com');
  });

  it('is in its own network only', () => {
    expect(egress).toContainEqual({
      to: [{ ipBlock: { cidr: '10.64.16.0/20' } }],
      ports: [{ protocol: 'TCP', port: 6379 }],
    });
  });
});

describe('Redis behind sentinels', () => {
  const { url, entries, egress, hosts } = renderedWith(environments.prod.stores.redis);

  it('is found by asking any of the sentinels', () => {
    expect(url).toBe(
      'redis+sentinel://auth:{{ .redis | urlquery }}@ticketaka?sentinel=redis-1.ticketaka.internal:26379&sentinel=redis-2.ticketaka.internal:26379&sentinel=redis-3.ticketaka.internal:26379',
    );
  });

  it('is reached at each machine by itself, so that the master is the one that answers', () => {
    expect(entries.map(({ spec }) => [spec.addresses, spec.endpoints])).toEqual(
      ['10.64.0.20', '10.64.0.21', '10.64.0.22'].map((address) => [[`${address}/32`], [{ address }]]),
    );
    for (const number of [1, 2, 3]) expect(hosts).toContain(`./redis-${number}.ticketaka.internal`);
    expect(egress).toContainEqual({
      to: [{ ipBlock: { cidr: '10.64.0.22/32' } }],
      ports: [
        { protocol: 'TCP', port: 6379 },
        { protocol: 'TCP', port: 26_379 },
      ],
    });
  });
});
