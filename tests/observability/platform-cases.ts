import type { AlertCase } from './alert-case.ts';
import { gauge } from './series.ts';

/** What all of them stand on. */
export const platformCases: readonly AlertCase[] = [
  {
    name: 'has dead letters',
    series: [
      gauge(
        'rabbitmq_detailed_queue_messages_ready{vhost="ticketaka",queue="email.auth.dead",pod="rabbitmq-0"}',
        '0x5 3x30',
      ),
    ],
    at: '20m',
    fires: ['DeadLetters warning'],
  },
  {
    name: 'has a queue that grows',
    series: [
      gauge(
        'rabbitmq_detailed_queue_messages_ready{vhost="ticketaka",queue="email.auth",pod="rabbitmq-0"}',
        '0+100x60',
      ),
    ],
    at: '40m',
    fires: ['QueueBacklog warning'],
  },
  {
    name: 'has a queue that nobody reads',
    series: [
      gauge('rabbitmq_detailed_queue_consumers{vhost="ticketaka",queue="email.auth",pod="rabbitmq-0"}', '2x5 0x30'),
    ],
    at: '20m',
    fires: ['QueueWithoutConsumer critical'],
  },
  {
    name: 'has lost every node of RabbitMQ',
    series: ['0', '1', '2'].map((n) =>
      gauge(`rabbitmq_identity_info{rabbitmq_node="rabbit@${n}",pod="rabbitmq-${n}"}`, '1x5 stale'),
    ),
    at: '20m',
    fires: ['BrokerNodeLost critical'],
  },
  {
    name: 'has lost a node of RabbitMQ',
    series: [gauge('rabbitmq_identity_info{rabbitmq_node="rabbit@2",pod="rabbitmq-2"}', '1x5 stale')],
    at: '20m',
    fires: ['BrokerNodeLost critical'],
  },
  {
    name: 'has a RabbitMQ whose disk is full',
    series: [gauge('rabbitmq_alarms_free_disk_space_watermark{pod="rabbitmq-0"}', '0x5 1x30')],
    at: '20m',
    fires: ['BrokerAlarm critical'],
  },
  {
    name: 'refuses a call between two workloads',
    series: [
      gauge(
        'istio_requests_total{reporter="destination",response_code="403",source_workload="members-api",source_workload_namespace="ticketaka",destination_service_name="auth-api",destination_service_namespace="ticketaka"}',
        '0+30x60',
      ),
    ],
    at: '30m',
    fires: ['CallRefused warning'],
  },
  {
    name: 'has sidecars that reject their configuration',
    series: [
      gauge(
        'pilot_total_xds_rejects{type="type.googleapis.com/envoy.config.route.v3.RouteConfiguration"}',
        '0x5 1+1x30',
      ),
    ],
    at: '20m',
    fires: ['MeshConfigRejected warning'],
  },
  {
    name: 'has a release that was aborted',
    series: [gauge('rollout_info{namespace="ticketaka",name="auth-api",phase="Degraded"}', '_x5 1x30')],
    at: '20m',
    fires: ['ReleaseAborted warning'],
  },
  {
    name: 'is not what git says',
    series: [
      gauge('argocd_app_info{dest_namespace="ticketaka",name="ticketaka-auth",sync_status="OutOfSync"}', '_x5 1x60'),
    ],
    at: '50m',
    fires: ['ApplicationOutOfSync warning'],
  },
];
