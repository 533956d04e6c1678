import type { AlertCase } from './alert-case.ts';
import { gauge } from './series.ts';

/** What any workload can suffer from. */
export const workloadCases: readonly AlertCase[] = [
  {
    name: 'has lost every replica of a workload',
    series: ['a', 'b'].map((pod) =>
      gauge(`process_start_time_seconds{service="auth",workload="api",pod="auth-${pod}"}`, '1x10 stale'),
    ),
    at: '20m',
    fires: ['WorkloadDown critical'],
  },
  {
    name: 'has lost one of two replicas',
    series: [gauge('process_start_time_seconds{service="auth",workload="api",pod="auth-b"}', '1x10 stale')],
    at: '40m',
    fires: ['ReplicasMissing warning'],
  },
  {
    name: 'has a replica whose event loop stands still',
    series: [gauge('nodejs_eventloop_lag_p99_seconds{service="auth",workload="api",pod="auth-a"}', '0.4x60')],
    at: '30m',
    fires: ['EventLoopSlow warning'],
  },
  {
    name: 'has lost Redis in all replicas',
    series: ['a', 'b'].map((pod) =>
      gauge(
        `ticketaka_health_part_up{service="auth",workload="api",part="redis",vital="true",pod="auth-${pod}"}`,
        '1x5 0x30',
      ),
    ),
    at: '15m',
    fires: ['DependencyLost critical'],
  },
  {
    name: 'has lost Redis in one replica',
    series: [
      gauge(
        'ticketaka_health_part_up{service="auth",workload="api",part="redis",vital="true",pod="auth-a"}',
        '1x5 0x30',
      ),
    ],
    at: '20m',
    fires: ['DependencyLostByReplica warning'],
  },
  {
    name: 'turns calls away',
    series: [
      gauge(
        'ticketaka_breaker_open{service="members",workload="api",callee="auth",pod="members-a"}',
        '0x5 1x4 0 1x4 0 1x20',
      ),
    ],
    at: '25m',
    fires: ['BreakerOpen warning'],
  },
  {
    name: 'has queries that wait for a connection',
    series: [
      gauge('ticketaka_mariadb_connections{service="auth",workload="api",state="waiting",pod="auth-a"}', '0 5x40'),
      gauge('ticketaka_mariadb_connections{service="auth",workload="api",state="waiting",pod="auth-b"}', '0 3x40'),
    ],
    at: '25m',
    fires: ['DatabaseConnectionsShort warning'],
  },
  {
    name: 'has rows that are late',
    series: [
      gauge(
        'ticketaka_due_work_overdue_seconds{service="mail",workload="worker",work="e-mails auth",pod="mail-a"}',
        '0+30x40',
      ),
    ],
    at: '20m',
    fires: ['DueWorkOverdue warning'],
  },
  {
    name: 'has an outbox that has waited for minutes',
    series: [gauge('ticketaka_outbox_oldest_seconds{service="members",workload="api",pod="members-a"}', '0+20x40')],
    at: '15m',
    fires: ['OutboxBacklog warning'],
  },
  {
    name: 'has an outbox that nobody empties',
    series: [gauge('ticketaka_outbox_oldest_seconds{service="members",workload="api",pod="members-a"}', '0+60x60')],
    at: '40m',
    fires: ['OutboxBacklog critical', 'OutboxBacklog warning'],
  },
  {
    name: 'has a handler that fails',
    series: [
      gauge(
        'ticketaka_broker_consumed_total{service="mail",workload="worker",queue="email.auth",verdict="requeue"}',
        '0+30x60',
      ),
    ],
    at: '30m',
    fires: ['MessagesRequeued warning'],
  },
];
