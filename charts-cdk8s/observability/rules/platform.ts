import { namespace } from '../../names.ts';
import { matching, oneOf } from '../promql.ts';
import { alert, type RuleGroup } from './rule.ts';

/** Each node tells of the queues that it leads; after a change of leaders two may, for one scrape. */
function perQueue(metric: string, labels: Readonly<Record<string, string>>): string {
  return `max by (queue) (rabbitmq_detailed_${metric}${matching({ vhost: 'ticketaka', ...labels })})`;
}

/** Queues of every service; whose they are is told by their names. */
export function queueGroup(queues: readonly string[]): RuleGroup {
  const live = { queue: oneOf(queues) };
  return {
    name: 'platform.queues',
    rules: [
      alert({
        name: 'DeadLetters',
        severity: 'warning',
        expr: `${perQueue('queue_messages_ready', { queue: '~.+\\.dead' })} > 0`,
        for: '5m',
        summary: '{{ $value }} messages lie in {{ $labels.queue }}',
        description: 'They could not be handled and nobody will try again by itself. Nothing is lost.',
        dashboard: 'queues',
      }),
      alert({
        name: 'QueueBacklog',
        severity: 'warning',
        expr: `${perQueue('queue_messages_ready', live)} > 1000 and ${perQueue('queue_messages_ready', live)} >= max by (queue) (rabbitmq_detailed_queue_messages_ready${matching({ vhost: 'ticketaka', ...live })} offset 10m)`,
        for: '10m',
        summary: '{{ $value }} messages wait in {{ $labels.queue }}, and they do not get fewer',
        description: 'More comes in than is handled.',
        dashboard: 'queues',
      }),
      alert({
        name: 'QueueWithoutConsumer',
        severity: 'critical',
        expr: `${perQueue('queue_consumers', live)} == 0`,
        for: '5m',
        summary: 'Nobody consumes {{ $labels.queue }}',
        description: 'Messages are kept, and nothing happens with them.',
        dashboard: 'queues',
      }),
      alert({
        name: 'BrokerNodeLost',
        severity: 'critical',
        // Of no node there is no series to count.
        expr: '(count(count by (rabbitmq_node) (rabbitmq_identity_info)) or vector(0)) < 3',
        for: '3m',
        summary: '{{ $value }} of 3 nodes of RabbitMQ are there',
        description:
          'Queues go on while two are there. With one, nothing is confirmed: services keep what they publish.',
        dashboard: 'queues',
      }),
      alert({
        name: 'BrokerAlarm',
        severity: 'critical',
        expr: 'max(rabbitmq_alarms_memory_used_watermark) > 0 or max(rabbitmq_alarms_free_disk_space_watermark) > 0',
        for: '1m',
        summary: 'RabbitMQ takes no messages: it runs out of memory or disk',
        description: 'Every publisher is blocked until there is room again.',
        dashboard: 'queues',
      }),
    ],
  };
}

/** Rows that are due. Which services have some is no part of a declaration, so it is asked of all. */
export function dueWorkGroup(): RuleGroup {
  return {
    name: 'platform.due-work',
    rules: [
      alert({
        name: 'DueWorkOverdue',
        severity: 'warning',
        expr: 'min by (service, work) (ticketaka_due_work_overdue_seconds) > 120',
        for: '5m',
        summary: '{{ $labels.service }}: {{ $labels.work }} are {{ $value | humanizeDuration }} late',
        description: 'Rows become due faster than they are handled, or nobody handles them.',
        dashboard: 'queues',
      }),
    ],
  };
}

/** What the mesh refuses among the workloads themselves. What the gateway refuses is what clients ask for. */
export function meshGroup(): RuleGroup {
  const refused = matching({
    reporter: 'destination',
    response_code: '403',
    source_workload_namespace: namespace,
    destination_service_namespace: namespace,
  });
  return {
    name: 'platform.mesh',
    rules: [
      alert({
        name: 'CallRefused',
        severity: 'warning',
        expr: `sum by (source_workload, destination_service_name) (rate(istio_requests_total${refused}[10m])) > 0.05`,
        for: '10m',
        summary: '{{ $labels.source_workload }} is refused by {{ $labels.destination_service_name }}',
        description: 'A call that is not declared, or policies and code of different versions.',
        dashboard: 'mesh',
      }),
      alert({
        name: 'MeshConfigRejected',
        severity: 'warning',
        expr: 'sum by (type) (increase(pilot_total_xds_rejects[10m])) > 0',
        for: '5m',
        summary: 'Sidecars reject configuration of the kind {{ $labels.type }}',
        description: 'They go on with what they had. Changes of policies and routes do not reach them.',
        dashboard: 'mesh',
      }),
    ],
  };
}

/** What Argo says of releases. A rollback is not written to git, so it would be forgotten. */
export function deliveryGroup(): RuleGroup {
  return {
    name: 'platform.delivery',
    rules: [
      alert({
        name: 'ReleaseAborted',
        severity: 'warning',
        expr: `max by (name) (rollout_info${matching({ namespace, phase: 'Degraded' })}) == 1`,
        for: '1m',
        summary: 'The release of {{ $labels.name }} was aborted',
        description: 'The version before serves all requests again, but git still asks for the one that failed.',
        dashboard: 'mesh',
      }),
      alert({
        name: 'ApplicationOutOfSync',
        severity: 'warning',
        expr: `max by (name) (argocd_app_info${matching({ dest_namespace: namespace, sync_status: '!Synced' })}) == 1`,
        for: '30m',
        summary: '{{ $labels.name }} has not been what git says for half an hour',
        description: 'Either it cannot be applied, or somebody has changed the cluster by hand.',
        dashboard: 'mesh',
      }),
    ],
  };
}
