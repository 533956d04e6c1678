import { describe, expect, it } from '@jest/globals';
import { ManifestError, parseManifests } from './manifests.ts';
import { checkSupported } from './supported-fields.ts';
import { meshConfig, platform } from './test/manifests.ts';

const problemsOf = (text: string): readonly string[] => {
  try {
    checkSupported(parseManifests([{ file: 'x.yaml', text: `${meshConfig()}\n---\n${text}` }]));
    return [];
  } catch (error) {
    if (error instanceof ManifestError) return error.problems;
    throw error;
  }
};

const virtualService = (http: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a, namespace: n }
spec: { hosts: [a], http: [${http}] }`;
const authorization = (spec: string) => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: a, namespace: n }
spec: ${spec}`;

describe('the manifests', () => {
  it('are taken as a whole when every field is supported', () => {
    const resources = checkSupported(parseManifests([{ file: 'x.yaml', text: platform('{"keys":[]}') }]));
    expect(resources.VirtualService).toHaveLength(2);
    expect(resources.meshConfig.pathNormalization?.normalization).toBe('DECODE_AND_MERGE_SLASHES');
  });

  it.each([
    [
      virtualService('{ mirror: { host: b }, route: [{ destination: { host: b } }] }'),
      'VirtualService n/a: spec.http[0].mirror is not supported',
    ],
    [
      virtualService('{ route: [{ destination: { host: b }, wieght: 1 }] }'),
      'VirtualService n/a: spec.http[0].route[0].wieght is not supported',
    ],
    [
      virtualService('{ match: [{ uri: { exact: /a, prefix: /b } }], route: [{ destination: { host: b } }] }'),
      'spec.http[0].match[0].uri: has more than one match',
    ],
    [
      virtualService(
        '{ match: [{ headers: { "@request.auth.claims.a": { exact: b } } }], route: [{ destination: { host: b } }] }',
      ),
      'claim routing is not supported',
    ],
    [
      virtualService('{ headers: { request: { set: { a: "%REQ(b)%" } } }, route: [{ destination: { host: b } }] }'),
      'command operators are not supported',
    ],
    [virtualService('{ timeout: 5, route: [{ destination: { host: b } }] }'), 'spec.http[0].timeout'],
    [
      virtualService('{ timeout: soon, route: [{ destination: { host: b } }] }'),
      'spec.http[0].timeout: is not a duration',
    ],
    [virtualService('{ match: [{ uri: { exact: / } }] }'), 'needs exactly one of route, redirect, directResponse'],
    [authorization('{ action: CUSTOM }'), 'spec.action'],
    [authorization('{ action: AUDIT }'), 'spec.action'],
    [
      authorization('{ rules: [{ from: [{ source: { serviceAccounts: [a] } }] }] }'),
      'spec.rules[0].from[0].source.serviceAccounts is not supported',
    ],
    [authorization('{ rules: [{ from: [{ source: {} }] }] }'), 'spec.rules[0].from[0].source: is empty'],
    [authorization('{ rules: [{ to: [] }] }'), 'spec.rules[0].to'],
    [authorization('{ rules: [{ when: [{ key: connection.sni, values: [a] }] }] }'), 'is not a supported attribute'],
    [authorization('{ targetRefs: [{ kind: Gateway, name: a }] }'), 'spec.targetRefs is not supported'],
    [authorization('{}\nstatus: {}'), 'AuthorizationPolicy n/a: status is not supported'],
    [
      'apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: { name: a }\nspec: { jwtRules: [{ issuer: a, jwksUri: "http://b" }] }',
      'RequestAuthentication default/a: spec.jwtRules[0].jwksUri is not supported',
    ],
    [
      'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: a }\nspec: { mtls: { mode: PERMISSIVE } }',
      'spec.mtls.mode',
    ],
    [
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: a }\nspec: { selector: {}, servers: [{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [a], tls: { mode: SIMPLE } }] }',
      'spec.servers[0].tls is not supported',
    ],
    [
      'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: a }\nspec: { hosts: [a.example], ports: [{ number: 80, name: http, protocol: HTTP }], location: MESH_EXTERNAL, resolution: STATIC }',
      'spec: is STATIC and has no endpoints',
    ],
    [
      'apiVersion: networking.istio.io/v1alpha3\nkind: Sidecar\nmetadata: { name: a }\nspec: { egress: [{ hosts: [a/*] }] }',
      'apiVersion must be networking.istio.io/v1',
    ],
    [
      'apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: { name: a }',
      'EnvoyFilter default/a: networking.istio.io/v1alpha3 EnvoyFilter is not supported',
    ],
    ['apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a }', 'HTTPRoute is not supported'],
    [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "outboundTrafficPolicy: { mode: ALLOW_ANY }" }',
      'data.mesh.outboundTrafficPolicy.mode',
    ],
    [
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "outboundTrafficPolicy: { mode: REGISTRY_ONLY }\\nenableTracing: true" }',
      'data.mesh.enableTracing is not supported',
    ],
  ])('are refused, with file, name and field: %s', (text, problem) => {
    const problems = problemsOf(text);
    expect(problems.join('\n')).toContain(problem);
    expect(problems[0]).toMatch(/^x\.yaml: /);
  });

  it('are told of all at once', () => {
    expect(problemsOf(authorization('{ a: 1, b: 2 }'))).toHaveLength(2);
  });

  it.each([
    'kind: Deployment\napiVersion: apps/v1\nmetadata: { name: a }\nspec: { template: { anything: 1 } }',
    'kind: Namespace\napiVersion: v1\nmetadata: { name: a }',
    'kind: Something\napiVersion: example.com/v1\nmetadata: { name: a }',
  ])('may hold other kinds, which say nothing about traffic', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it('are refused without the settings of the mesh', () => {
    expect(() => checkSupported([])).toThrow('ConfigMap istio-system/istio is missing');
  });

  it.each(['a: [', 'just text', 'a: 1\na: 2'])('are refused when a file is no Kubernetes YAML: %s', (text) => {
    expect(() => parseManifests([{ file: 'x.yaml', text }])).toThrow('x.yaml: ');
  });
});
