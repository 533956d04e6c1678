import { describe, expect, it } from '@jest/globals';
import { ofKind } from '../../checks/typed-objects.ts';
import { environments } from '../../environments/index.ts';
import { render } from '../../render.ts';
import { fixtureJwks } from '../../test/fixtures.ts';

const { objects } = render({ environment: 'prod', jwks: fixtureJwks });
const one = <T extends { readonly metadata: { readonly namespace?: string } }>(all: readonly T[]) => {
  const [found, ...more] = all.filter(({ metadata }) => metadata.namespace === 'istio-ingress');
  if (!found || more.length > 0) throw new Error(`expected one, found ${more.length + (found ? 1 : 0)}`);
  return found;
};

describe('the gateway of a cluster', () => {
  const deployment = one(ofKind(objects, 'Deployment'));
  const pod = deployment.spec?.template.spec;
  const service = one(ofKind(objects, 'Service'));

  it('is Envoy as istiod injects it, with the identity that the policies know', () => {
    expect(deployment.spec?.template.metadata?.annotations).toMatchObject({ 'inject.istio.io/templates': 'gateway' });
    expect(pod?.containers[0]).toMatchObject({ name: 'istio-proxy', image: 'auto' });
    expect(pod?.serviceAccountName).toBe('istio-ingressgateway');
  });

  it('keeps some replicas through the loss of a zone and the emptying of a node', () => {
    const scaler = one(ofKind(objects, 'HorizontalPodAutoscaler'));
    expect(scaler.spec).toMatchObject({ minReplicas: 3, scaleTargetRef: { kind: 'Deployment' } });
    expect(one(ofKind(objects, 'PodDisruptionBudget')).spec).toMatchObject({ maxUnavailable: 1 });
    expect(pod?.topologySpreadConstraints?.[0]).toMatchObject({ whenUnsatisfiable: 'DoNotSchedule' });
    expect(deployment.spec).not.toHaveProperty('replicas');
  });

  it('goes on until the load balancer has seen that it goes', () => {
    const wait = pod?.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
    // Two checks that fail, ten seconds apart.
    expect(wait).toBeGreaterThan(20);
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan(wait + 30);
  });

  it('has ports on each node, which lead to its own pods only', () => {
    expect(service.spec).toMatchObject({ type: 'NodePort', externalTrafficPolicy: 'Local' });
    const containerPorts = new Set(pod?.containers[0]?.ports?.map(({ name }) => name));
    for (const { targetPort, nodePort } of service.spec?.ports ?? []) {
      expect(containerPorts.has(String(targetPort))).toBe(true);
      expect(nodePort).toBeGreaterThanOrEqual(30_000);
    }
  });

  it('has a certificate for all of its hosts, in the secret that it reads', () => {
    const certificate = one(ofKind(objects, 'Certificate'));
    const tls = one(ofKind(objects, 'Gateway')).spec?.servers?.find(({ port }) => port?.number === 443)?.tls;
    expect(certificate.spec.dnsNames).toEqual(environments.prod.hosts);
    expect(certificate.spec.secretName).toBe(tls?.credentialName);
  });
});

describe('the load balancer of AWS', () => {
  const { metadata, spec } = one(ofKind(objects, 'Ingress'));
  const setting = (name: string) => metadata.annotations?.[`alb.ingress.kubernetes.io/${name}`];
  const statusPort = one(ofKind(objects, 'Service')).spec?.ports?.find(({ name }) => name === 'status');

  it("asks for health at the gateway's status port, since requests of its own would get a 404", () => {
    expect(setting('healthcheck-port')).toBe(String(statusPort?.nodePort));
    expect(setting('healthcheck-path')).toBe('/healthz/ready');
  });

  it('speaks HTTPS with clients, and sends those who do not to it', () => {
    expect(JSON.parse(setting('listen-ports') ?? '[]')).toEqual([{ HTTP: 80 }, { HTTPS: 443 }]);
    expect(setting('ssl-redirect')).toBe('443');
  });

  it('is the one proxy that is believed about where a client comes from', () => {
    expect(environments.prod.trustedProxies).toBe(1);
    const mesh = objects.find(({ kind, metadata: { name } }) => kind === 'ConfigMap' && name === 'istio');
    expect(mesh?.data?.['mesh']).toContain('numTrustedProxies: 1');
    const trusted = ofKind(objects, 'Rollout').flatMap(
      ({ spec: { template } }) => template?.spec?.containers[0]?.env ?? [],
    );
    const values = trusted.filter(({ name }) => name === 'TRUSTED_PROXIES').map(({ value }) => value);
    expect(new Set(values)).toEqual(new Set(['2']));
  });

  it('leads every host to the gateway', () => {
    expect(spec?.rules?.map(({ host }) => host)).toEqual(environments.prod.hosts);
    expect(spec?.rules?.[0]?.http?.paths[0]?.backend.service).toEqual({
      name: 'istio-ingressgateway',
      port: { number: 80 },
    });
  });

  it('is not there where a pair of proxies is', () => {
    const dev = render({ environment: 'dev', jwks: fixtureJwks }).objects;
    expect(dev.filter(({ kind }) => kind === 'Ingress')).toEqual([]);
  });
});
