import { DestinationRule } from '@kubernetes-models/istio/networking.istio.io/v1/DestinationRule';
import { VirtualService } from '@kubernetes-models/istio/networking.istio.io/v1/VirtualService';
import { Construct } from 'constructs';
import { hostOf, ingress, namespace, ports } from '../names.ts';
import type { WorkloadNode } from '../topology/topology.ts';
import { connectTimeout, readTraffic, writeTraffic } from '../traffic.ts';
import { manifest } from './manifest.ts';

export interface WorkloadRoutesProps {
  readonly workload: WorkloadNode;
}

/** How other workloads reach this one: reads may be tried again, writes not, and always over mutual TLS. */
export class WorkloadRoutes extends Construct {
  constructor(scope: Construct, id: string, { workload }: WorkloadRoutesProps) {
    super(scope, id);
    const host = hostOf(workload.name);
    const route = [{ destination: { host, port: { number: ports.service } } }];
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
            { name: 'reads', match: [{ method: { regex: 'GET|HEAD' } }], route, ...readTraffic },
            { name: 'writes', route, ...writeTraffic },
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
        },
      }),
    );
  }
}
