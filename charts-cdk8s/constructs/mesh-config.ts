import { Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { meshNamespace } from '../names.ts';
import { traceProviders } from '../traces.ts';
import { manifest } from './manifest.ts';

export interface MeshConfigProps {
  /** Proxies in front of the gateway whose X-Forwarded-For may be believed. */
  readonly trustedProxies: number;
  /**
   * Where traces go, by OTLP over HTTP.
   * @default - no traces
   */
  readonly traces?: string | undefined;
}

/** Settings of the whole mesh that the policies rely on. */
export class MeshConfig extends Construct {
  constructor(scope: Construct, id: string, { trustedProxies, traces }: MeshConfigProps) {
    super(scope, id);
    const mesh = {
      // `//` and `%2F` are resolved before a policy looks at the path, as they are before a handler does.
      pathNormalization: { normalization: 'DECODE_AND_MERGE_SLASHES' },
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      // Istio's own default retries every method.
      defaultHttpRetryPolicy: { attempts: 0 },
      ...(traces !== undefined && { enableTracing: true, extensionProviders: traceProviders(traces) }),
      ...(trustedProxies > 0 && { defaultConfig: { gatewayTopology: { numTrustedProxies: trustedProxies } } }),
    };
    manifest(
      this,
      'config',
      new ConfigMap({
        metadata: { name: 'istio', namespace: meshNamespace },
        data: { mesh: Yaml.stringify(mesh) },
      }),
    );
  }
}
