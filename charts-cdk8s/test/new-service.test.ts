import { describe, expect, it } from '@jest/globals';
import { access, defineApi, defineService } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { render } from '../render.ts';
import { services } from '../services.ts';
import { fixtureJwks } from './fixtures.ts';

const api = defineApi({
  service: 'vouchers',
  base: '/api/vouchers',
  title: 'Vouchers',
  routes: {
    show: {
      method: 'GET',
      path: '/{id}',
      access: access.member(),
      summary: 'One voucher',
      params: z.object({ id: z.string() }),
      responses: { 200: z.string() },
    },
  },
});

const vouchers = defineService({
  name: 'vouchers',
  summary: 'fixture',
  api,
  workloads: { api: { kind: 'http', scale: { min: 2, max: 4 } } },
  owns: { mariadb: true },
});

describe('a service that is added', () => {
  const objectsOf = (declared: typeof services) =>
    new Map(
      render({ environment: 'prod', jwks: fixtureJwks, services: declared }).objects.map((object) => [
        `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`,
        object,
      ]),
    );
  const before = objectsOf(services);
  const after = objectsOf([...services, vouchers]);
  const added = [...after].filter(([key]) => !before.has(key));

  it('has all that it needs from its declaration alone', () => {
    expect(added.map(([key]) => key)).toEqual(
      expect.arrayContaining([
        'AnalysisTemplate ticketaka/vouchers-api-smoke',
        'AnalysisTemplate ticketaka/vouchers-api-verdict',
        'AnalysisTemplate ticketaka/vouchers-api-watch',
        'AuthorizationPolicy istio-ingress/vouchers-edge',
        'AuthorizationPolicy ticketaka/vouchers-api',
        'DestinationRule ticketaka/vouchers-api',
        'ExternalSecret ticketaka/vouchers-api',
        'HorizontalPodAutoscaler ticketaka/vouchers-api',
        'Job ticketaka/vouchers-migration',
        'NetworkPolicy ticketaka/vouchers-api',
        'NetworkPolicy ticketaka/vouchers-migration',
        'PodDisruptionBudget ticketaka/vouchers-api',
        'Rollout ticketaka/vouchers-api',
        'Service ticketaka/vouchers-api',
        'ServiceAccount ticketaka/vouchers-api',
        'Sidecar ticketaka/vouchers-api',
        'VirtualService ticketaka/vouchers-api',
        'VirtualService ticketaka/vouchers-api-revisions',
        'VirtualService ticketaka/vouchers-edge',
      ]),
    );
  });

  it('is filed as its own, whatever it needs', () => {
    const strangers = added.filter(([, { metadata }]) => metadata.labels?.['app.kubernetes.io/name'] !== 'vouchers');
    expect(strangers.map(([key]) => key)).toEqual([]);
  });

  it('changes nothing of another service', () => {
    const changed = [...before].filter(([key, object]) => JSON.stringify(after.get(key)) !== JSON.stringify(object));
    const owners = new Set(changed.map(([, { metadata }]) => metadata.labels?.['app.kubernetes.io/name']));
    expect([...owners]).toEqual(['platform']);
  });
});
