import type { ClusterEnvironment } from './environment.ts';
import { monitoring } from './observability/names.ts';

/** Name of the provider of traces in the mesh's settings, and in what says who uses it. */
export const traceProvider = 'traces';

/** The collector of traces, as Sidecar resources name it: what is not named there, a workload cannot reach. */
export function traceHosts({ cluster }: ClusterEnvironment): readonly string[] {
  return cluster.traces === undefined ? [] : [`${monitoring.namespace}/${new URL(cluster.traces).hostname}`];
}

/** The provider of traces for the mesh's settings: sidecars and the gateway send theirs where the services do. */
export function traceProviders(traces: string) {
  const { hostname, port } = new URL(traces);
  return [
    {
      name: traceProvider,
      opentelemetry: { service: hostname, port: Number(port), http: { path: '/v1/traces', timeout: '5s' } },
    },
  ];
}
