import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from './kubernetes-object.ts';
import { schemaProblems } from './schema.ts';

function virtualService(spec: unknown): KubernetesObject {
  const metadata = { name: 'shop', namespace: 'ticketaka' };
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata, spec };
}

const route = [{ destination: { host: 'shop', port: { number: 80 } } }];

describe('the check of an object against its schema', () => {
  it('finds nothing in an object that keeps to it', () => {
    const http = [{ name: 'all', match: [{ uri: { exact: '/' }, headers: { any: { exact: 'x' } } }], route }];
    expect(schemaProblems(virtualService({ hosts: ['shop'], http }))).toEqual([]);
  });

  it('names object and path of a field that the schema does not know, at any depth', () => {
    const spec = { hosts: ['shop'], htpp: [], http: [{ route }, { route, match: [{ url: { exact: '/' } }] }] };
    expect(schemaProblems(virtualService(spec))).toEqual([
      'VirtualService ticketaka/shop: unknown field spec.htpp',
      'VirtualService ticketaka/shop: unknown field spec.http[1].match[0].url',
    ]);
  });

  it('refuses an unknown field of the metadata', () => {
    const object = virtualService({ hosts: ['shop'] });
    const problems = schemaProblems({ ...object, metadata: Object.assign({ lables: {} }, object.metadata) });
    expect(problems).toEqual(['VirtualService ticketaka/shop: unknown field metadata.lables']);
  });

  it('takes any key where the schema has a map', () => {
    const headers = { response: { set: { 'x-anything-at-all': 'y' } } };
    expect(schemaProblems(virtualService({ hosts: ['shop'], http: [{ route, headers }] }))).toEqual([]);
  });

  it('refuses a value that is not of the enumeration', () => {
    const [problem] = schemaProblems({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'policy', namespace: 'ticketaka' },
      spec: { action: 'PERMIT' },
    });
    expect(problem).toMatch(/^AuthorizationPolicy ticketaka\/policy: .*spec\/action/s);
  });

  it('refuses a value of the wrong type, and a field that is missing', () => {
    expect(schemaProblems(virtualService({ hosts: 'shop' }))[0]).toContain('hosts');
    expect(schemaProblems(virtualService({ http: [{ route: [{ weight: 1 }] }] }))[0]).toContain('destination');
  });

  it('refuses a kind or a version that it has no schema for', () => {
    const object = { ...virtualService({}), apiVersion: 'networking.istio.io/v1alpha3' };
    expect(schemaProblems(object)).toEqual([
      'VirtualService ticketaka/shop: no schema for networking.istio.io/v1alpha3 VirtualService',
    ]);
  });

  it('takes objects that are frozen', () => {
    const spec = Object.freeze({ hosts: Object.freeze(['shop']) });
    expect(schemaProblems(Object.freeze(virtualService(spec)))).toEqual([]);
  });

  it('knows the fields of the objects of Kubernetes too', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop', namespace: 'ticketaka' } };
    expect(schemaProblems({ ...service, spec: { ports: [{ port: 80 }], selektor: {} } })).toEqual([
      'Service ticketaka/shop: unknown field spec.selektor',
    ]);
  });
});
