import { Telemetry } from '@kubernetes-models/istio/telemetry.istio.io/v1/Telemetry';
import { Construct } from 'constructs';
import { manifest } from '../constructs/manifest.ts';
import { meshNamespace } from '../names.ts';
import { traceProvider } from '../traces.ts';

export interface MeshTelemetryProps {
  /** Whether the mesh's settings name a provider of traces. */
  readonly traces: boolean;
}

/** What every sidecar and the gateway measure, trace and log. Services log their own requests, so Envoy only logs what failed. */
export class MeshTelemetry extends Construct {
  constructor(scope: Construct, id: string, { traces }: MeshTelemetryProps) {
    super(scope, id);
    manifest(
      this,
      'telemetry',
      new Telemetry({
        metadata: { name: 'mesh-default', namespace: meshNamespace },
        spec: {
          metrics: [
            {
              providers: [{ name: 'prometheus' }],
              overrides: [
                // Nobody looks at sizes, and each costs as many series as the durations do.
                { match: { metric: 'REQUEST_SIZE', mode: 'CLIENT_AND_SERVER' }, disabled: true },
                { match: { metric: 'RESPONSE_SIZE', mode: 'CLIENT_AND_SERVER' }, disabled: true },
              ],
            },
          ],
          // The gateway decides for the whole request: who is asked after it does as it did.
          ...(traces && {
            tracing: [{ providers: [{ name: traceProvider }], randomSamplingPercentage: 10 }],
          }),
          accessLogging: [
            {
              providers: [{ name: 'envoy' }],
              // 5xx, and what never reached anybody. Not each 401 and 404 that the world asks for.
              filter: { expression: 'response.code >= 500 || response.code == 0' },
            },
          ],
        },
      }),
    );
  }
}
