import { describe, expect, it } from '@jest/globals';
import { synthOne } from '../test/synth.ts';
import { MeshConfig } from './mesh-config.ts';

const meshOf = (trustedProxies: number) =>
  synthOne((scope) => new MeshConfig(scope, 'config', { trustedProxies })).data?.['mesh'];

describe('the settings of the mesh', () => {
  it('resolve slashes before policies look, keep calls to known hosts, and retry nothing by default', () => {
    expect(meshOf(0)).toBe(`pathNormalization:
  normalization: DECODE_AND_MERGE_SLASHES
outboundTrafficPolicy:
  mode: REGISTRY_ONLY
defaultHttpRetryPolicy:
  attempts: 0
`);
  });

  it('believe as many proxies as there are', () => {
    expect(meshOf(2)).toContain('numTrustedProxies: 2');
  });
});
