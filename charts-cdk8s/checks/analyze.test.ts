import { describe, expect, it } from '@jest/globals';
import { render } from '../render.ts';
import { fixtureEnvironment, fixtureJwks, fixtures } from '../test/fixtures.ts';
import { analyze } from './analyze.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

const host = 'shop-api.ticketaka.svc.cluster.local';
const pods = [
  { namespace: 'ticketaka', labels: { app: 'shop-api' } },
  { namespace: 'istio-ingress', labels: { istio: 'ingressgateway' } },
];

function object(kind: string, name: string, spec: unknown): KubernetesObject {
  return { apiVersion: 'test', kind, metadata: { name, namespace: 'ticketaka' }, spec };
}

const service = object('Service', 'shop-api', { selector: { app: 'shop-api' }, ports: [{ port: 80, name: 'http' }] });
const gateway = object('Gateway', 'door', {
  selector: { app: 'shop-api' },
  servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['ticketaka/shop.example'] }],
});
const routes = (name: string, spec: object) => object('VirtualService', name, { hosts: [host], ...spec });
const to = (destination: object, rest: object = {}) => ({ route: [{ destination }], ...rest });
const sidecar = (name: string, spec: object) => object('Sidecar', name, spec);
const entry = (name: string, spec: object) =>
  object('ServiceEntry', name, {
    hosts: [`${name}.example`],
    ports: [{ number: 1, name: 'tcp', protocol: 'TCP' }],
    ...spec,
  });

describe('the analysis of manifests', () => {
  it.each<[string, KubernetesObject[], RegExp[]]>([
    [
      'a route to a host that is not there',
      [routes('r', { http: [to({ host: 'gone' })] })],
      [/^IST0101 .*no host gone/],
    ],
    [
      'a route to a port that is not there',
      [routes('r', { http: [to({ host, port: { number: 81 } })] })],
      [/^IST0101 .*no port 81/],
    ],
    ['settings for a host that is not there', [object('DestinationRule', 'd', { host: 'gone' })], [/^IST0101 /]],
    [
      'a gateway that is not there',
      [routes('r', { gateways: ['ticketaka/gone'], http: [to({ host })] })],
      [/^IST0101 .*no gateway/],
    ],
    [
      'a host that the gateway does not serve',
      [gateway, routes('r', { hosts: ['other.example'], gateways: ['ticketaka/door'], http: [to({ host })] })],
      [/^IST0132 .*other\.example/],
    ],
    [
      'a gateway without pods',
      [object('Gateway', 'g', { selector: { istio: 'gone' }, servers: [] })],
      [/^IST0101 .*matches no pod/],
    ],
    [
      'a policy for pods that are not there',
      [object('AuthorizationPolicy', 'p', { selector: { matchLabels: { app: 'gone' } } })],
      [/^IST0127 /],
    ],
    [
      'two sets of mesh routes for one host',
      [routes('a', { http: [to({ host })] }), routes('b', { http: [to({ host })] })],
      [/^IST0109 .*\/b/],
    ],
    [
      'two Sidecars for one workload',
      [
        sidecar('a', { workloadSelector: { labels: { app: 'shop-api' } } }),
        sidecar('b', { workloadSelector: { labels: { app: 'shop-api' } } }),
      ],
      [/^IST0110 .*\/b/],
    ],
    ['two Sidecars for all workloads', [sidecar('a', {}), sidecar('b', {})], [/^IST0111 .*\/b/]],
    [
      'the reach to a host that is not there',
      [sidecar('a', { egress: [{ hosts: ['./gone', 'istio-system/*'] }] })],
      [/^IST0101 .*no host gone/],
    ],
    [
      'a port that does not say its protocol',
      [object('Service', 's', { ports: [{ port: 1, name: 'web' }] })],
      [/^IST0118 /],
    ],
    [
      'a route behind one that takes all',
      [routes('r', { http: [to({ host }), to({ host }, { name: 'late', match: [{}] })] })],
      [/^IST0130 .*late/],
    ],
    [
      'a route that an equal match stands before',
      [
        routes('r', {
          http: [
            to({ host }, { match: [{ uri: { exact: '/' } }] }),
            to({ host }, { name: 'late', match: [{ uri: { exact: '/' } }] }),
          ],
        }),
      ],
      [/^IST0130 .*late/],
    ],
    ['a TCP server without addresses', [entry('a', {})], [/^IST0134 /]],
    [
      'two entries for one host',
      [
        entry('a', { hosts: ['x'], addresses: ['10.0.0.1/32'] }),
        entry('b', { hosts: ['x'], addresses: ['10.0.0.2/32'] }),
      ],
      [/^IST0177 .*\/b/],
    ],
    [
      'two entries for one port of one address',
      [entry('a', { addresses: ['10.0.0.1/32'] }), entry('b', { addresses: ['10.0.0.1/32'] })],
      [/\/b: another entry claims/],
    ],
  ])('finds %s', (_, objects, expected) => {
    const found = analyze([service, ...objects], pods);
    expect(found).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  it('finds nothing in manifests that fit together', () => {
    const bound = routes('r', {
      hosts: ['shop.example'],
      gateways: ['ticketaka/door'],
      http: [to({ host, port: { number: 80 } })],
    });
    expect(analyze([service, gateway, bound], pods)).toEqual([]);
  });

  it('stops the render', () => {
    const { mariadb } = fixtureEnvironment.stores;
    const stores = { ...fixtureEnvironment.stores, redis: { ...mariadb, host: 'redis.ticketaka.internal' } };
    const environment = { ...fixtureEnvironment, stores };
    expect(() => render({ environment, jwks: fixtureJwks, services: fixtures })).toThrow(
      'ServiceEntry ticketaka/redis: another entry claims 127.0.0.1/32 port 23306 too',
    );
  });
});
