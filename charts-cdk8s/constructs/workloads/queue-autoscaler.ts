import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import { namespace } from '../../names.ts';
import { replicasOf } from '../../replicas.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { manifest } from '../manifest.ts';
import { busyPercent } from './pod-autoscaler.ts';

export interface QueueAutoscalerProps {
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
}

/** Messages in a queue for each pod that reads it; several times what a pod prefetches, so that a burst is no alarm. */
const prefetchesPerReplica = 10;

/**
 * Pods of a worker by the length of its queues and its processor time. The lengths come from Prometheus, which knows
 * them already, so that no one outside the mesh needs a user at the broker. Nothing for a worker that cannot be more
 * than one.
 */
export class QueueAutoscaler extends Construct {
  constructor(scope: Construct, id: string, { workload, environment }: QueueAutoscalerProps) {
    super(scope, id);
    const { name, service } = workload;
    const { min, max } = replicasOf(workload, environment);
    if (max === 1) return;
    manifest(
      this,
      'autoscaler',
      new ScaledObject({
        metadata: { name, namespace },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
          minReplicaCount: min,
          maxReplicaCount: max,
          pollingInterval: 15,
          cooldownPeriod: 300,
          // When Prometheus is away, as many as are enough on most days.
          fallback: { failureThreshold: 4, replicas: Math.min(max, min + 1) },
          triggers: [
            { type: 'cpu', metricType: 'Utilization', metadata: { value: String(busyPercent), containerName: name } },
            ...service.consumes.map(({ queue, prefetch }) => ({
              type: 'prometheus',
              name: queue.replaceAll('.', '-'),
              metadata: {
                serverAddress: environment.cluster.prometheus,
                query: `max(rabbitmq_detailed_queue_messages_ready{queue="${queue}"})`,
                threshold: String(prefetch * prefetchesPerReplica),
                // A queue that Prometheus does not know is a fault to see, not an empty queue.
                ignoreNullValues: 'false',
              },
            })),
          ],
        },
      }),
    );
  }
}
