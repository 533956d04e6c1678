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

  it('send traces where the services send theirs', () => {
    const traces = 'http://otel-collector.monitoring.svc.cluster.local:4318';
    const mesh = synthOne((scope) => new MeshConfig(scope, 'config', { trustedProxies: 0, traces })).data?.['mesh'];
    expect(mesh).toContain('enableTracing: true');
    expect(mesh).toContain('service: otel-collector.monitoring.svc.cluster.local\n      port: 4318\n');
  });

  it('believe as many proxies as there are', () => {
    expect(meshOf(2)).toContain('numTrustedProxies: 2');
  });
});
