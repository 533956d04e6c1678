import { Construct } from 'constructs';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { Broker } from '../../environment.ts';
import { broker, namespace } from '../../names.ts';
import type { IRabbitmqCluster } from '../../rabbitmq-cluster.ts';
import { revisionAnnotation } from '../kept-secret.ts';
import { manifest } from '../manifest.ts';
import { containerSecurity } from '../workloads/container-security.ts';
import { definitionsFile, definitionsSecret } from './broker-definitions.ts';

export interface BrokerClusterProps {
  readonly settings: Broker;
  /** Whether nodes of Kubernetes are in more than one zone. */
  readonly zones: boolean;
  /** Revision of the definitions, as git sees them: a change of theirs restarts the nodes, one by one. */
  readonly definitions: string;
}

const directory = '/etc/rabbitmq/definitions';

/**
 * RabbitMQ on three nodes, which its operator runs. On hosts of their own, drained one at a time: with two of three a
 * quorum queue goes on. The ports between nodes and the one for Prometheus stay out of the mesh, since nodes find each
 * other before their proxies are ready, and Prometheus has no certificate; the network keeps both to those two.
 */
export class BrokerCluster extends Construct {
  constructor(scope: Construct, id: string, { settings, zones, definitions }: BrokerClusterProps) {
    super(scope, id);
    const { name, labels } = broker;
    const selector = { matchLabels: { ...labels } };
    const security = { ...securityOf(), readOnlyRootFilesystem: true };
    const cluster: IRabbitmqCluster = {
      apiVersion: 'rabbitmq.com/v1beta1',
      kind: 'RabbitmqCluster',
      metadata: { name, namespace },
      spec: {
        replicas: 3,
        resources: structuredClone(settings.resources),
        persistence: {
          storage: settings.storage,
          ...(settings.storageClass !== undefined && { storageClassName: settings.storageClass }),
        },
        rabbitmq: { additionalConfig: configuration },
        // For queues to be moved off a node before it stops.
        terminationGracePeriodSeconds: 600,
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { labelSelector: selector, topologyKey: 'kubernetes.io/hostname' },
            ],
          },
        },
        override: {
          statefulSet: {
            spec: {
              template: {
                metadata: {
                  annotations: {
                    'traffic.sidecar.istio.io/excludeInboundPorts': [...broker.nodePorts, broker.metricsPort].join(','),
                    'traffic.sidecar.istio.io/excludeOutboundPorts': broker.nodePorts.join(','),
                    [revisionAnnotation]: definitions,
                  },
                },
                spec: {
                  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
                  topologySpreadConstraints: [
                    {
                      maxSkew: 1,
                      topologyKey: 'topology.kubernetes.io/zone',
                      whenUnsatisfiable: zones ? 'DoNotSchedule' : 'ScheduleAnyway',
                      labelSelector: selector,
                    },
                  ],
                  containers: [
                    {
                      name: 'rabbitmq',
                      securityContext: security,
                      volumeMounts: [{ name: 'our-definitions', mountPath: directory, readOnly: true }],
                    },
                  ],
                  initContainers: [{ name: 'setup-container', securityContext: security }],
                  volumes: [{ name: 'our-definitions', secret: { secretName: definitionsSecret } }],
                },
              },
            },
          },
        },
      },
    };
    manifest(this, 'cluster', { toJSON: () => cluster });
    manifest(
      this,
      'budget',
      new PodDisruptionBudget({ metadata: { name, namespace }, spec: { maxUnavailable: 1, selector } }),
    );
  }
}

const configuration = [
  `load_definitions = ${directory}/${definitionsFile}`,
  // Nodes that restart do not overwrite what is as it should be.
  'definitions.skip_if_unchanged = true',
  'cluster_partition_handling = pause_minority',
  'default_queue_type = quorum',
  'queue_leader_locator = balanced',
  'disk_free_limit.relative = 1.0',
  'vm_memory_high_watermark.relative = 0.6',
  '',
].join('\n');

function securityOf() {
  const { drop = [] } = containerSecurity.capabilities ?? {};
  return { allowPrivilegeEscalation: false as const, privileged: false as const, capabilities: { drop: [...drop] } };
}
