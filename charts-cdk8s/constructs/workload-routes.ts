import { DestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1/DestinationRule';
import { VirtualService } from '@kubernetes-models/istio/networking.istio.io/v1/VirtualService';
import { Construct } from 'constructs';
import { canary } from '../canary.ts';
import { hostOf, ingress, namespace, selectorLabels } from '../names.ts';
import type { WorkloadNode } from '../topology/topology.ts';
import { connectTimeout, readTraffic, writeTraffic } from '../traffic.ts';
import { toRevisions, toWorkload } from './destinations.ts';
import { manifest } from './manifest.ts';

export interface WorkloadRoutesProps {
  readonly workload: WorkloadNode;
  /**
   * Whether two revisions of the workload may run side by side. Then its routes delegate to those of its revisions.
   * @default false
   */
  readonly revisions?: boolean;
}

/** How other workloads reach this one: reads may be tried again, writes not, and always over mutual TLS. */
export class WorkloadRoutes extends Construct {
  constructor(scope: Construct, id: string, { workload, revisions = false }: WorkloadRoutesProps) {
    super(scope, id);
    const host = hostOf(workload.name);
    const to = revisions ? toRevisions(workload.name) : toWorkload(workload.name);
    manifest(
      this,
      'routes',
      new VirtualService({
        metadata: { name: workload.name, namespace },
        spec: {
          hosts: [host],
          gateways: ['mesh'],
          exportTo: ['.'],
          // Envoy cannot choose by method within one route whether to retry, hence two.
          http: [
            { name: 'reads', match: [{ method: { regex: 'GET|HEAD' } }], ...to, ...readTraffic },
            { name: 'writes', ...to, ...writeTraffic },
          ],
        },
      }),
    );
    manifest(
      this,
      'destination',
      new DestinationRule({
        metadata: { name: workload.name, namespace },
        spec: {
          host,
          // The gateway calls it too.
          exportTo: ['.', ingress.namespace],
          trafficPolicy: {
            tls: { mode: 'ISTIO_MUTUAL' },
            loadBalancer: { simple: 'LEAST_REQUEST' },
            connectionPool: { tcp: { connectTimeout } },
          },
          ...(revisions && {
            subsets: Object.values(canary.subsets).map((name) => ({ name, labels: selectorLabels(workload.name) })),
          }),
        },
      }),
    );
  }
}
