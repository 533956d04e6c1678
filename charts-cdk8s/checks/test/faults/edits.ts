import type { KubernetesObject } from '../../kubernetes-object.ts';
import { broken, find, renamed } from './fault.ts';

/** Faults that a path cannot say: an object renamed, added, or taken away. */
export const edits: Readonly<Record<string, (objects: KubernetesObject[]) => KubernetesObject[]>> = {
  'a name with a capital letter': (objects) => renamed(objects, 'ConfigMap shop/jwks', { name: 'Jwks' }),
  'a Service whose name starts with a digit': (objects) => renamed(objects, 'Service shop/shop-api', { name: '2nd' }),
  'a CronJob whose name leaves no room for its pods': (objects) =>
    renamed(objects, 'CronJob shop/shop-digest', { name: 'a'.repeat(53) }),
  'an object in a namespace that is not there': (objects) =>
    renamed(objects, 'ConfigMap shop/jwks', { namespace: 'gone' }),
  'an object that says no namespace': (objects) => {
    const account = find(objects, 'ServiceAccount shop/shop-api');
    return [...objects, { ...account, metadata: { name: 'shop-api' } }];
  },
  'two objects of one name': (objects) => [...objects, find(objects, 'Service shop/shop-api')],
  'a check of a preview that may be a look at the old revision': (objects) =>
    broken(objects, {
      code: '',
      object: 'AnalysisTemplate shop/smoke',
      path: 'spec.metrics.1.provider.prometheus.query',
      value: 'sum(requests)',
    }),
  'an analysis of a step that never ends': (objects) =>
    broken(objects, { code: '', object: 'AnalysisTemplate shop/smoke', path: 'spec.metrics.1.count' }),
  'a Secret in git': (objects) => [
    ...objects,
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'shop-stores', namespace: 'shop' }, data: { a: 'Yg==' } },
  ],
  'a namespace that admits anything': (objects) =>
    objects.map((one) =>
      one.kind === 'Namespace'
        ? { ...one, metadata: { ...one.metadata, labels: { 'istio-injection': 'enabled' } } }
        : one,
    ),
  'a namespace in which mutual TLS is asked for only': (objects) =>
    objects.filter(({ kind }) => kind !== 'PeerAuthentication'),
};
