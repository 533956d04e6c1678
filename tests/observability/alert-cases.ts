import type { AlertCase } from './alert-case.ts';
import type { Series } from './promtool.ts';
import { saleCases } from './sale-cases.ts';

const toAuth = 'reporter="source",destination_service_name="auth-api",destination_service_namespace="ticketaka"';
const duration = 'ticketaka_http_server_request_duration_seconds';
const login = 'service="auth",workload="api",route="/api/auth/login",method="POST"';

const gauge = (series: string, values: string): Series => ({ series, values });

/** 60 requests a minute, of which a part fails, for as long as the case goes on. */
function failing(part: number, minutes: number): readonly Series[] {
  return [
    { series: `istio_requests_total{${toAuth},response_code="200"}`, values: `0+${60 * (1 - part)}x${minutes}` },
    { series: `istio_requests_total{${toAuth},response_code="503"}`, values: `0+${60 * part}x${minutes}` },
  ];
}

export const cases: readonly AlertCase[] = [
  ...saleCases,
  {
    name: 'fails two requests in a hundred: the budget of a month is gone in two days',
    series: failing(0.02, 180),
    at: '3h',
    fires: ['ErrorBudgetBurnFast critical', 'ErrorBudgetBurnSlow warning'],
  },
  {
    name: 'fails four requests in a thousand: in a week',
    series: failing(0.004, 180),
    at: '3h',
    fires: ['ErrorBudgetBurnSlow warning'],
  },
  {
    name: 'failed for ten minutes, and does no more',
    series: [
      { series: `istio_requests_total{${toAuth},response_code="200"}`, values: '0+60x180' },
      { series: `istio_requests_total{${toAuth},response_code="503"}`, values: '0x60 6+6x10 66x200' },
    ],
    at: '115m',
    // Nobody is woken any more. Of a day that has only had two hours it was much, though.
    fires: ['ErrorBudgetBurnSlow warning'],
  },
  {
    name: 'fails its only request of the night',
    series: [
      { series: `istio_requests_total{${toAuth},response_code="200"}`, values: '0x180' },
      { series: `istio_requests_total{${toAuth},response_code="503"}`, values: '0x120 1x60' },
    ],
    at: '123m',
    fires: [],
  },
  {
    name: 'answers every fifth request late',
    series: [
      { series: `${duration}_bucket{${login},status="200",le="0.5"}`, values: '0+48x180' },
      { series: `${duration}_count{${login},status="200"}`, values: '0+60x180' },
      { series: `istio_requests_total{${toAuth},response_code="200"}`, values: '0+60x180' },
    ],
    at: '3h',
    fires: ['LatencyBudgetBurnFast critical', 'LatencyBudgetBurnSlow warning'],
  },
  {
    name: 'answers four requests in a hundred late',
    series: [
      { series: `${duration}_bucket{${login},status="200",le="0.5"}`, values: '0+57.6x180' },
      { series: `${duration}_count{${login},status="200"}`, values: '0+60x180' },
      { series: `istio_requests_total{${toAuth},response_code="200"}`, values: '0+60x180' },
    ],
    at: '3h',
    fires: ['LatencyBudgetBurnSlow warning'],
  },
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
  {
    name: 'is tried with many passwords',
    series: [{ series: `${duration}_count{${login},status="401"}`, values: '0+300x60' }],
    at: '30m',
    fires: ['LoginFailures warning'],
  },
  {
    name: 'turns away somebody who tries too often',
    series: [{ series: `${duration}_count{${login},status="429"}`, values: '0+300x60' }],
    at: '30m',
    fires: ['LoginsTurnedAway warning'],
  },
  {
    name: 'cannot send one e-mail in ten',
    series: [
      {
        series: 'ticketaka_emails_total{service="mail",workload="worker",class="auth",state="sent"}',
        values: '0+54x60',
      },
      {
        series: 'ticketaka_emails_total{service="mail",workload="worker",class="auth",state="failed"}',
        values: '0+6x60',
      },
    ],
    at: '30m',
    fires: ['EmailsFailing warning'],
  },
  {
    name: 'has an SMTP server that says later',
    series: [
      {
        series: 'ticketaka_email_deferrals_total{service="mail",workload="worker",class="realtime"}',
        values: '0+60x60',
      },
      {
        series: 'ticketaka_emails_total{service="mail",workload="worker",class="realtime",state="sent"}',
        values: '0+6x60',
      },
    ],
    at: '40m',
    fires: ['EmailsDeferred warning'],
  },
  {
    name: 'sends codes late',
    series: ['60', '300', '3600', '+Inf'].map((le) => ({
      series: `ticketaka_email_seconds_bucket{service="mail",workload="worker",class="auth",le="${le}"}`,
      values: le === '60' ? '0+6x60' : '0+60x60',
    })),
    at: '30m',
    fires: ['CodesLate critical'],
  },
  {
    name: 'has a replica of the catalogue that hears nothing',
    series: [
      gauge(
        'ticketaka_catalogue_behind_seconds{service="performances",workload="catalogue",pod="catalogue-a"}',
        '0+60x30',
      ),
    ],
    at: '15m',
    fires: ['CatalogueBehind warning'],
  },
  {
    name: 'has an empty catalogue',
    series: [
      gauge('ticketaka_catalogue_performances{service="performances",workload="catalogue",pod="catalogue-a"}', '0x30'),
    ],
    at: '15m',
    fires: ['CatalogueEmpty critical'],
  },
  {
    name: 'has a feed that loses messages',
    series: [
      gauge(
        'ticketaka_catalogue_differences_total{service="performances",workload="catalogue",pod="catalogue-a"}',
        '0+2x60',
      ),
    ],
    at: '40m',
    fires: ['CatalogueDiffers warning'],
  },
  {
    name: 'has a collector whose first run fails',
    series: [
      gauge(
        'ticketaka_collector_runs_total{service="performances",workload="collector",state="failed",pod="collector-a"}',
        '_x10 0x1 1x60',
      ),
    ],
    at: '30m',
    fires: ['CollectorRunFailed warning'],
  },
  {
    name: 'signs with a key that should have been changed',
    series: [gauge(`ticketaka_signing_key_age_seconds{service="auth",workload="api",pod="auth-a"}`, '8640060+60x90')],
    at: '75m',
    fires: ['SigningKeyOld warning'],
  },
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
