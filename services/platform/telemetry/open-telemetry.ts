import type { Component } from '../lifecycle/index.ts';

export interface TelemetryOptions {
  readonly service: string;
  readonly workload: string;
  /** OTLP endpoint. Without it nothing is loaded and nothing is measured. */
  readonly endpoint?: string | undefined;
}

/**
 * Starts OpenTelemetry where an endpoint is configured. Its packages are loaded only then: they cost a service
 * about 100 µs a request even when it samples little, and mesh traces need only `traceparent` to be passed on.
 */
export async function startTelemetry({ service, workload, endpoint }: TelemetryOptions): Promise<Component> {
  if (!endpoint) return { name: 'telemetry' };
  const [{ NodeSDK }, { HttpInstrumentation }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/instrumentation-http'),
  ]);
  // The exporter reads its endpoint from OTEL_EXPORTER_OTLP_ENDPOINT by itself.
  const sdk = new NodeSDK({ serviceName: `${service}-${workload}`, instrumentations: [new HttpInstrumentation()] });
  sdk.start();
  return { name: 'telemetry', stop: () => sdk.shutdown() };
}
