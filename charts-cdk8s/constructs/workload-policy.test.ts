import { describe, expect, it } from '@jest/globals';
import { ingressPrincipal, namespace, principalOf, selectorLabels } from '../names.ts';
import { allows, type PolicyRequest } from '../test/authorize.ts';
import { fixtureTopology, fixtureWorkload } from '../test/fixtures.ts';
import { synth } from '../test/synth.ts';
import { WorkloadPolicy } from './workload-policy.ts';

function policyOf(name: string) {
  const workload = fixtureWorkload(name);
  const objects = synth((scope) => new WorkloadPolicy(scope, 'policy', { topology: fixtureTopology, workload }));
  return (request: PolicyRequest) => allows(objects, { namespace, labels: selectorLabels(name) }, request);
}

describe('the policy of a workload', () => {
  const editor = policyOf('shows-editor');
  const catalogue = policyOf('shows-catalogue');
  const orders = principalOf('orders-api');

  it('lets a declared caller ask the internal route that it declared, and nobody else', () => {
    const request = { method: 'POST', path: '/api/shows/internal/seats' };
    expect(editor({ ...request, principal: orders })).toBe(true);
    expect(editor({ ...request, principal: principalOf('post-worker') })).toBe(false);
    expect(editor({ ...request, principal: ingressPrincipal, claims: { roles: ['admin'] } })).toBe(false);
    expect(editor(request)).toBe(false);
  });

  it('lets nobody ask an internal route that nobody declared', () => {
    expect(editor({ method: 'GET', path: '/api/shows/internal', principal: orders })).toBe(false);
  });

  it('lets a declared caller ask a public route beside the gateway', () => {
    const request = { method: 'GET', path: '/api/shows/42' };
    expect(catalogue({ ...request, principal: orders })).toBe(true);
    expect(catalogue({ ...request, principal: ingressPrincipal })).toBe(true);
    expect(catalogue({ ...request, principal: principalOf('post-worker') })).toBe(false);
  });

  it('asks for the token again, behind the gateway', () => {
    const request = { method: 'GET', path: '/api/shows/drafts', principal: ingressPrincipal };
    expect(editor(request)).toBe(false);
    expect(editor({ ...request, claims: { roles: ['staff'] } })).toBe(false);
    expect(editor({ ...request, claims: { roles: ['admin'] } })).toBe(true);
  });

  it('answers no route of another workload of its service', () => {
    expect(
      catalogue({ method: 'POST', path: '/api/shows', principal: ingressPrincipal, claims: { roles: ['organizer'] } }),
    ).toBe(false);
  });

  it('admits to the port of the application alone', () => {
    const request = { method: 'GET', path: '/api/shows', principal: ingressPrincipal };
    expect(catalogue({ ...request, port: 8080 })).toBe(true);
    expect(catalogue({ ...request, port: 9090 })).toBe(false);
  });
});
