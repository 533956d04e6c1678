import { ingress, namespace } from '../../names.ts';
import type { Topology, WorkloadNode } from '../../topology/topology.ts';
import { durations, requestsTo } from '../objectives.ts';
import { matching, oneOf } from '../promql.ts';
import { eventStreams } from './event-streams.ts';
import type { DashboardSpec, PanelSpec, RowSpec } from './panels.ts';
import { particularRows } from './particular.ts';
import { saleRows } from './sale.ts';

const rate = '$__rate_interval';

/**
 * One page to watch while a sale opens: what comes in at the gateway, what everybody needs on the way to a seat, and
 * where it gets tight first.
 */
export function onSaleDashboard(topology: Topology): DashboardSpec {
  const http = topology.workloads.filter(({ kind }) => kind === 'http');
  const rowsOf = (name: string) => {
    const service = topology.services.find((candidate) => candidate.name === name);
    return service ? particularRows(service).slice(0, 1) : [];
  };
  return {
    name: 'on-sale',
    title: 'Ticketaka: on-sale',
    description: 'While a sale opens: what comes in, whether people get through, and what is tight.',
    rows: [
      edge(http),
      ...sale(topology),
      tight(topology),
      room(http),
      ...rowsOf('performances'),
      ...rowsOf('auth'),
      ...rowsOf('mail'),
    ],
  };
}

/** Seats, the queue before them, money, and who watches the seats. */
function sale({ services, workloads }: Topology): readonly RowSpec[] {
  const service = services.find(({ name }) => name === 'reservation');
  if (!service) return [];
  return [...saleRows(service), ...workloads.filter((workload) => workload.service === service).flatMap(eventStreams)];
}

function edge(http: readonly WorkloadNode[]): RowSpec {
  const atGateway = { source_workload_namespace: ingress.namespace };
  const all = requestsTo(http, atGateway);
  const failed = requestsTo(http, { ...atGateway, response_code: '~5..' });
  return {
    title: 'At the gateway',
    panels: [
      {
        title: 'Failed now',
        description: 'Part of the requests that clients get 5xx for.',
        unit: 'percentunit',
        redFrom: 0.01,
        queries: [{ expr: `(sum(rate(${failed}[1m])) or vector(0)) / sum(rate(${all}[1m]))`, legend: 'failed' }],
      },
      {
        title: 'Requests by service',
        description: 'A sale opens with a step up in all of them.',
        unit: 'reqps',
        queries: [
          { expr: `sum by (destination_service_name) (rate(${all}[${rate}]))`, legend: '{{destination_service_name}}' },
        ],
      },
      {
        title: 'Answers by status',
        description: '429 is the limit at work, 503 is room that is missing.',
        unit: 'reqps',
        queries: [{ expr: `sum by (response_code) (rate(${all}[${rate}]))`, legend: '{{response_code}}' }],
      },
    ],
  };
}

function tight({ services, workloads }: Topology): RowSpec {
  const busy: PanelSpec = {
    title: 'Event loop, late by (p99)',
    description: 'The first thing to grow in a workload that is full.',
    unit: 's',
    queries: [
      { expr: 'max by (service, workload) (nodejs_eventloop_lag_p99_seconds)', legend: '{{service}}-{{workload}}' },
    ],
  };
  const slow: PanelSpec = {
    title: 'Time to answer (p99)',
    description: 'Of all routes of a workload.',
    unit: 's',
    queries: workloads
      .filter(({ kind }) => kind === 'http')
      .map((workload) => ({
        expr: `histogram_quantile(0.99, sum by (le) (rate(${durations(workload, 'bucket')}[${rate}])))`,
        legend: workload.name,
      })),
  };
  const waiting: PanelSpec = {
    title: 'Waiting for MariaDB, for RabbitMQ',
    description: 'Queries without a connection, and messages that are not published yet.',
    unit: 'short',
    queries: [
      {
        expr: `sum by (service) (ticketaka_mariadb_connections${matching({ state: 'waiting' })})`,
        legend: '{{service}} connections',
      },
      { expr: 'max by (service) (ticketaka_outbox_backlog)', legend: '{{service}} outbox' },
    ],
  };
  const queues = services.flatMap(({ consumes }) => consumes.map(({ queue }) => queue));
  const depth: PanelSpec = {
    title: 'Queues',
    description: 'Messages that are ready and that nobody has taken yet.',
    unit: 'short',
    queries: [
      {
        expr: `max by (queue) (rabbitmq_detailed_queue_messages_ready${matching({ queue: oneOf(queues) })})`,
        legend: '{{queue}}',
      },
    ],
  };
  return { title: 'What is tight', panels: [busy, slow, waiting, ...(queues.length > 0 ? [depth] : [])] };
}

function room(http: readonly WorkloadNode[]): RowSpec {
  const scalers = matching({ namespace, horizontalpodautoscaler: oneOf(http.map(({ name }) => name)) });
  return {
    title: 'Room',
    panels: [
      {
        title: 'Replicas',
        description: 'That run.',
        unit: 'short',
        queries: [
          {
            expr: `kube_horizontalpodautoscaler_status_current_replicas${scalers}`,
            legend: '{{horizontalpodautoscaler}}',
          },
        ],
      },
      {
        title: 'Part of the most that are allowed',
        description: 'At 1 it grows no more: raise `max` in the declaration, before the sale.',
        unit: 'percentunit',
        queries: [
          {
            expr: `kube_horizontalpodautoscaler_status_desired_replicas${scalers} / kube_horizontalpodautoscaler_spec_max_replicas${scalers}`,
            legend: '{{horizontalpodautoscaler}}',
          },
        ],
      },
      {
        title: 'Pods that find no node',
        description: 'The cluster is full, or a zone is.',
        unit: 'short',
        queries: [
          {
            expr: `sum by (pod) (kube_pod_status_phase${matching({ namespace, phase: 'Pending' })}) > 0`,
            legend: '{{pod}}',
          },
        ],
      },
    ],
  };
}
