/** What is compiled from manifests: who sees which host, and which route a host gets. */
import { describe, expect, it } from '@jest/globals';
import { parseEndpoints } from './endpoints.ts';
import { lookUp } from './lookup.ts';
import { parseManifests } from './manifests.ts';
import { compileMesh } from './mesh.ts';
import { eastWest, gateway, meshConfig, workload } from './test/manifests.ts';

const endpoints = parseEndpoints(
  JSON.stringify({
    gateway: { port: 0 },
    workloads: {
      'auth-api': { addresses: ['127.0.0.1:1'], outboundPort: 0 },
      'members-api': {
        addresses: ['127.0.0.1:2', { address: '127.0.0.1:3', labels: { version: '2' } }],
        outboundPort: 0,
      },
    },
  }),
);
const compile = (...texts: string[]) =>
  compileMesh(
    parseManifests([
      { file: 'x.yaml', text: [meshConfig(), workload('auth-api'), workload('members-api'), ...texts].join('---\n') },
    ]),
    endpoints,
  );
const routes = (
  name: string,
  {
    hosts = "['*']",
    gateways = '[istio-ingress/ticketaka]',
    namespace = 'ticketaka',
    exportTo = "['*']",
    match = '',
  } = {},
) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  hosts: ${hosts}
  gateways: ${gateways}
  exportTo: ${exportTo}
  http: [{ name: ${name}, ${match} directResponse: { status: 200 } }]
`;
const gatewayTable = async (...texts: string[]) =>
  (await compile(gateway, ...texts)).gateway.virtualHosts.map(({ host, routes: of }) => [
    host,
    of.map(({ name }) => name),
  ]);

describe('the gateway', () => {
  it('merges the routes of one host by name, those that match everything last', async () => {
    const match = 'match: [{ uri: { exact: /a } }],';
    expect(await gatewayTable(routes('c', { match }), routes('a'), routes('b', { match }))).toEqual([
      ['*', ['b', 'c', 'a']],
    ]);
  });

  it('looks at the more specific host first', async () => {
    const table = await gatewayTable(
      routes('a'),
      routes('b', { hosts: "['*.b.example']" }),
      routes('c', { hosts: '[a.b.example]' }),
      routes('d', { hosts: "['*.example']" }),
    );
    expect(table.map(([host]) => host)).toEqual(['a.b.example', '*.b.example', '*.example', '*']);
  });

  it('takes routes only of the namespaces that its servers name, and that are exported to it', async () => {
    expect(await gatewayTable(routes('a', { namespace: 'elsewhere' }))).toEqual([]);
    expect(await gatewayTable(routes('a', { exportTo: "['.']" }))).toEqual([]);
    expect(await gatewayTable(routes('a', { exportTo: '[istio-ingress]' }))).toHaveLength(1);
    expect(await gatewayTable(routes('a', { gateways: '[other]' }))).toEqual([]);
  });

  it('gives a wildcard only the hosts that its servers have', async () => {
    const narrow = gateway.replace('ticketaka/*', 'ticketaka/ticketaka.example');
    const { gateway: compiled } = await compile(narrow, routes('a'), routes('b', { hosts: '[other.example]' }));
    expect(compiled.virtualHosts.map(({ host }) => host)).toEqual(['ticketaka.example']);
  });

  it('cannot have two ports', async () => {
    await expect(compile(gateway, gateway.replace('number: 80', 'number: 81'))).rejects.toThrow('only one port');
  });
});

const kinds = async (name: string, hosts: readonly string[]) => {
  const caller = (await compile(eastWest(9))).callers.get(name);
  return hosts.map((asked) => {
    const [host = '', port = '80'] = asked.split(':');
    return caller && lookUp(caller, { host, port: Number(port) }).kind;
  });
};
const east = (name: string) => routes(name, { hosts: '[auth-api]', gateways: '[mesh]' });

describe('a workload', () => {
  it('reaches what its Sidecar names, by every name that DNS knows', async () => {
    const names = ['auth-api', 'auth-api.ticketaka', 'auth-api.ticketaka.svc', 'auth-api.ticketaka.svc.cluster.local'];
    expect(await kinds('members-api', names)).toEqual(names.map(() => 'http'));
    expect(await kinds('members-api', ['partner.example', 'partner.example:9000'])).toEqual(['http', 'tunnel']);
  });

  it('reaches nothing else', async () => {
    const others = [
      'members-api',
      'auth-api:8080',
      'auth-api.other',
      'auth-api.',
      'partner.example:81',
      'a.partner.example',
      '127.0.0.1',
    ];
    expect(await kinds('members-api', others)).toEqual(others.map(() => 'unknown'));
  });

  it('reaches all of the registry without a Sidecar', async () => {
    expect(await kinds('auth-api', ['members-api', 'partner.example', 'else.example'])).toEqual([
      'http',
      'http',
      'unknown',
    ]);
  });

  it('does not see entries of another namespace that are not exported', async () => {
    const mesh = await compile(
      eastWest(9).replace('name: partner, namespace: ticketaka', 'name: partner, namespace: elsewhere'),
    );
    const caller = mesh.callers.get('auth-api');
    expect(caller && lookUp(caller, { host: 'partner.example', port: 80 }).kind).toBe('unknown');
  });

  it('has the replicas that the selector of its Service selects', async () => {
    const { registry } = await compile();
    const replicas = registry.services.get('members-api.ticketaka.svc.cluster.local')?.replicas ?? [];
    expect(replicas.map(({ port, labels }) => [port, labels['version']])).toEqual([
      [2, undefined],
      [3, '2'],
    ]);
  });

  it('must have a ServiceAccount, which makes its identity', async () => {
    const mesh = await compile();
    expect(mesh.registry.workloads.get('auth-api')?.principal).toBe('cluster.local/ns/ticketaka/sa/auth-api');
    const manifests = parseManifests([{ file: 'x.yaml', text: [meshConfig(), workload('auth-api')].join('---\n') }]);
    await expect(compileMesh(manifests, endpoints)).rejects.toThrow('workload members-api: 0 ServiceAccounts');
  });

  it('cannot have two VirtualServices for one host', async () => {
    await expect(compile(east('a'), east('b'))).rejects.toThrow('belongs to');
  });
});

describe('the endpoints file', () => {
  it.each([
    ['{', 'is not JSON'],
    ['{"workloads":{}}', 'gateway'],
    [
      '{"gateway":{"port":0},"workloads":{"a":{"addresses":["10.0.0.1:80"],"outboundPort":0}}}',
      'not a loopback address',
    ],
    ['{"gateway":{"port":0},"workloads":{"a":{"adresses":[],"outboundPort":0}}}', 'workloads.a'],
  ])('is refused: %s', (text, message) => {
    expect(() => parseEndpoints(text)).toThrow(message);
  });
});
