import type { Topology } from '../../topology/topology.ts';
import { matching, oneOf } from '../promql.ts';
import type { DashboardSpec, PanelSpec } from './panels.ts';

const rate = '$__rate_interval';
const vhost = { vhost: 'ticketaka' };

function of(metric: string, names: readonly string[]): string {
  return `max by (queue) (rabbitmq_detailed_${metric}${matching({ ...vhost, queue: oneOf(names) })})`;
}

function perQueue(title: string, description: string, expr: string): PanelSpec {
  return { title, description, unit: 'short', queries: [{ expr, legend: '{{queue}}' }] };
}

/** RabbitMQ by its own metrics: each queue of the declarations, and the nodes. */
export function queuesDashboard({ services }: Topology): DashboardSpec {
  const queues = services.flatMap(({ consumes }) => consumes.map(({ queue }) => queue));
  const streams = services.flatMap(({ follows }) => follows.map(({ stream }) => stream));
  const dead = queues.map((queue) => `${queue}.dead`);
  return {
    name: 'queues',
    title: 'Ticketaka: queues and due work',
    description: 'Messages on their way between services, rows that are due, and the nodes of RabbitMQ.',
    rows: [
      {
        title: 'Queues',
        panels: [
          perQueue('Ready', 'Nobody has taken them yet.', of('queue_messages_ready', queues)),
          perQueue(
            'In work',
            'Delivered and not acknowledged. Near the prefetch: handlers are slow.',
            of('queue_messages_unacked', queues),
          ),
          perQueue(
            'Consumers',
            'Channels that read it. None: nothing happens with its messages.',
            of('queue_consumers', queues),
          ),
          perQueue('Dead letters', 'Given up. Each is to be looked at.', of('queue_messages_ready', dead)),
          ...(streams.length > 0
            ? [
                perQueue(
                  'Streams',
                  'Messages that are kept; whoever follows reads from where it is.',
                  of('queue_messages', streams),
                ),
              ]
            : []),
        ],
      },
      {
        title: 'Flow',
        panels: [
          {
            title: 'Messages in and out',
            description: 'Of all queues together.',
            unit: 'short',
            queries: [
              { expr: `sum(rate(rabbitmq_global_messages_received_total[${rate}]))`, legend: 'published' },
              { expr: `sum(rate(rabbitmq_global_messages_confirmed_total[${rate}]))`, legend: 'confirmed' },
              { expr: `sum(rate(rabbitmq_global_messages_acknowledged_total[${rate}]))`, legend: 'acknowledged' },
              { expr: `sum(rate(rabbitmq_global_messages_redelivered_total[${rate}]))`, legend: 'delivered again' },
            ],
          },
          {
            title: 'Nowhere to go',
            description: 'Published with a routing key that no queue is bound to. Publishers are told; should be none.',
            unit: 'short',
            queries: [
              { expr: `sum(rate(rabbitmq_global_messages_unroutable_returned_total[${rate}]))`, legend: 'returned' },
              { expr: `sum(rate(rabbitmq_global_messages_unroutable_dropped_total[${rate}]))`, legend: 'dropped' },
            ],
          },
          {
            title: 'Dead-lettered',
            description: 'By quorum queues that had delivered a message too often.',
            unit: 'short',
            queries: [
              {
                expr: `sum(rate(rabbitmq_global_messages_dead_lettered_delivery_limit_total[${rate}]))`,
                legend: 'delivery limit',
              },
              { expr: `sum(rate(rabbitmq_global_messages_dead_lettered_confirmed_total[${rate}]))`, legend: 'arrived' },
            ],
          },
        ],
      },
      {
        title: 'Due work: rows of services that wait for their time',
        panels: [
          {
            title: 'Handled',
            description: 'By what became of them: done, to be tried again, failed, or lost to a lease that ran out.',
            unit: 'short',
            queries: [
              {
                expr: `sum by (service, work, outcome) (rate(ticketaka_due_work_handled_total[${rate}]))`,
                legend: '{{service}} {{work}} {{outcome}}',
              },
            ],
          },
          {
            title: 'Late by',
            description: 'How long the row that is longest due has been due. An alert is made from two minutes on.',
            unit: 's',
            queries: [
              {
                expr: 'min by (service, work) (ticketaka_due_work_overdue_seconds)',
                legend: '{{service}} {{work}}',
              },
            ],
          },
          {
            title: 'Time for a row (p95)',
            description: 'From its claim to its outcome.',
            unit: 's',
            queries: [
              {
                expr: `histogram_quantile(0.95, sum by (service, work, le) (rate(ticketaka_due_work_seconds_bucket[${rate}])))`,
                legend: '{{service}} {{work}}',
              },
            ],
          },
        ],
      },
      {
        title: 'Nodes',
        panels: [
          {
            title: 'Nodes',
            description: 'Three. With two all queues go on, with one none.',
            unit: 'short',
            queries: [{ expr: 'count(count by (rabbitmq_node) (rabbitmq_identity_info))', legend: 'there' }],
          },
          {
            title: 'Memory, of what is allowed',
            description: 'At 1 every publisher is blocked.',
            unit: 'percentunit',
            queries: [
              {
                expr: 'rabbitmq_process_resident_memory_bytes / rabbitmq_resident_memory_limit_bytes',
                legend: '{{pod}}',
              },
            ],
          },
          {
            title: 'Disk that is free',
            description: 'Below the limit of the node every publisher is blocked.',
            unit: 'bytes',
            queries: [{ expr: 'rabbitmq_disk_space_available_bytes', legend: '{{pod}}' }],
          },
          {
            title: 'Connections and channels',
            description: 'One connection a replica. More: something connects again and again.',
            unit: 'short',
            queries: [
              { expr: 'sum(rabbitmq_connections)', legend: 'connections' },
              { expr: 'sum(rabbitmq_channels)', legend: 'channels' },
            ],
          },
          {
            title: 'Connections opened',
            description: 'In a minute. Outside of releases nearly none.',
            unit: 'short',
            queries: [{ expr: `sum(rate(rabbitmq_connections_opened_total[${rate}])) * 60`, legend: 'a minute' }],
          },
        ],
      },
    ],
  };
}
