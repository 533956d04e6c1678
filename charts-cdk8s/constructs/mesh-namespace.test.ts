import { expect, it } from '@jest/globals';
import { synthOne } from '../test/synth.ts';
import { MeshNamespace } from './mesh-namespace.ts';

it('injects sidecars and enforces the restricted pod security standard', () => {
  const { metadata } = synthOne((scope) => new MeshNamespace(scope, 'namespace', { name: 'shop' }));
  expect(metadata).toEqual({
    name: 'shop',
    labels: expect.objectContaining({
      'istio-injection': 'enabled',
      'pod-security.kubernetes.io/enforce': 'restricted',
    }),
  });
});
