import { describe, expect, it } from '@jest/globals';
import { render } from './render.ts';
import { services } from './services.ts';
import { fixtureJwks, fixtures } from './test/fixtures.ts';

describe('the manifests', () => {
  it('are the same bytes from the same input, whatever the order of the services', () => {
    const once = render({ environment: 'prod', jwks: fixtureJwks });
    const again = render({ environment: 'prod', jwks: fixtureJwks, services: services.toReversed() });
    expect(again.files).toEqual(once.files);
  });

  it('are files of one kind each, in the order in which to apply them', () => {
    const { files } = render({ environment: 'local', jwks: fixtureJwks });
    const names = files.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names.indexOf('22-authorization-policy.yaml')).toBeLessThan(names.indexOf('60-gateway.yaml'));
    for (const { yaml } of files) expect(new Set(yaml.match(/^kind: .*$/gm)).size).toBe(1);
  });

  it('deny by default in every namespace that takes requests', () => {
    const { objects } = render({ environment: 'prod', jwks: fixtureJwks });
    const denied = objects.filter(
      ({ kind, metadata }) => kind === 'AuthorizationPolicy' && metadata.name === 'deny-all',
    );
    expect(denied.map(({ metadata, spec }) => [metadata.namespace, spec])).toEqual([
      ['istio-ingress', {}],
      ['ticketaka', {}],
    ]);
  });

  it('of one machine are the mesh alone, as it was before there were clusters', () => {
    const { files, objects } = render({ environment: 'local', jwks: fixtureJwks, services: fixtures });
    expect(
      objects.filter(({ kind }) => ['Rollout', 'Deployment', 'NetworkPolicy', 'ExternalSecret'].includes(kind)),
    ).toEqual([]);
    expect(files.map(({ name, yaml }) => `# ${name}\n${yaml}`).join('\n')).toMatchSnapshot();
  });

  it('of a cluster each say whose they are', () => {
    const { objects } = render({ environment: 'prod', jwks: fixtureJwks });
    const owners = new Set(['platform', ...services.map(({ name }) => name)]);
    const stray = objects.filter(({ metadata }) => !owners.has(metadata.labels?.['app.kubernetes.io/name'] ?? ''));
    expect(stray.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
  });

  it('of a platform with every level of access, in prod, are as they were', () => {
    const { files } = render({ environment: 'prod', jwks: fixtureJwks, services: fixtures });
    // Dashboards and alerts are long, and have tests that read what they say.
    const told = files.filter(({ name }) => !/config-map|prometheus-rule/.test(name));
    expect(told.map(({ name, yaml }) => `# ${name}\n${yaml}`).join('\n')).toMatchSnapshot();
  });
});
