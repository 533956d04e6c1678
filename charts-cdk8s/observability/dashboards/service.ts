import { type Service, usesBroker } from '@ticketaka/platform/contract';
import type { Topology, WorkloadNode } from '../../topology/topology.ts';
import { durations, labelsOf, objectiveOf, requestsTo } from '../objectives.ts';
import { matching, oneOf } from '../promql.ts';
import { recorded } from '../rules/burn-rate.ts';
import { eventStreams } from './event-streams.ts';
import type { DashboardSpec, PanelSpec, RowSpec } from './panels.ts';
import { particularRows } from './particular.ts';

const rate = '$__rate_interval';

/** What a service does and how it is, from what its declaration says that it has. */
export function serviceDashboard(topology: Topology, service: Service): DashboardSpec {
  const workloads = topology.workloads.filter((workload) => workload.service === service);
  const http = workloads.filter(({ kind }) => kind === 'http');
  return {
    name: service.name,
    title: `Ticketaka: ${service.name}`,
    description: service.summary,
    rows: [
      ...http.flatMap((workload) => [promises(workload), requests(workload), ...eventStreams(workload)]),
      ...particularRows(service),
      messages(service),
      dependencies(service),
      processes(workloads),
    ],
  };
}

function promises(workload: WorkloadNode): RowSpec {
  const { availability, fast } = objectiveOf(workload);
  const labels = matching(labelsOf(workload));
  const left = (record: string, budget: number) => `1 - ${record}${labels} / ${Number(budget.toPrecision(6))}`;
  return {
    title: `${workload.name}: what is promised`,
    panels: [
      {
        title: 'Failed, last hour',
        description: `Part of the requests that callers got 5xx for, or no answer. ${availability * 100} % are promised to succeed.`,
        unit: 'percentunit',
        redFrom: 1 - availability,
        queries: [{ expr: `${recorded.errors('1h')}${labels}`, legend: 'failed' }],
      },
      {
        title: 'Late, last hour',
        description: `Part of the requests that took longer than ${fast.seconds * 1000} ms. ${fast.part * 100} % are promised not to.`,
        unit: 'percentunit',
        redFrom: 1 - fast.part,
        queries: [{ expr: `${recorded.slow('1h')}${labels}`, legend: 'late' }],
      },
      {
        title: 'Budget left, by the last three days',
        description:
          'What would be left of the budget if a month went as the last three days did. Below 0: the promise is broken.',
        unit: 'percentunit',
        queries: [
          { expr: left(recorded.errors('3d'), 1 - availability), legend: 'failed' },
          { expr: left(recorded.slow('3d'), 1 - fast.part), legend: 'late' },
        ],
      },
    ],
  };
}

function requests(workload: WorkloadNode): RowSpec {
  const count = durations(workload, 'count');
  const quantile = (part: number) =>
    `histogram_quantile(${part}, sum by (le) (rate(${durations(workload, 'bucket')}[${rate}])))`;
  return {
    title: `${workload.name}: requests`,
    panels: [
      {
        title: 'Answers by status',
        description: 'As the workload itself counts them.',
        unit: 'reqps',
        queries: [{ expr: `sum by (status) (rate(${count}[${rate}]))`, legend: '{{status}}' }],
      },
      {
        title: 'Requests by caller, as callers see them',
        description:
          'Counted by the sidecars of callers and by the gateway: 503 here and not on the left never reached a pod.',
        unit: 'reqps',
        queries: [
          {
            expr: `sum by (source_workload, response_code) (rate(${requestsTo([workload])}[${rate}]))`,
            legend: '{{source_workload}} {{response_code}}',
          },
        ],
      },
      {
        title: 'Time to answer',
        description: 'Half, most, and nearly all requests are answered within this time.',
        unit: 's',
        queries: [0.5, 0.95, 0.99].map((part) => ({ expr: quantile(part), legend: `p${part * 100}` })),
      },
      {
        title: 'Slowest routes (p95)',
        description: 'The ten routes that take longest.',
        unit: 's',
        queries: [
          {
            expr: `topk(10, histogram_quantile(0.95, sum by (route, method, le) (rate(${durations(workload, 'bucket')}[${rate}]))))`,
            legend: '{{method}} {{route}}',
          },
        ],
      },
      {
        title: 'Busiest routes',
        description: 'The ten routes that are asked most.',
        unit: 'reqps',
        queries: [
          { expr: `topk(10, sum by (route, method) (rate(${count}[${rate}])))`, legend: '{{method}} {{route}}' },
        ],
      },
      {
        title: 'Errors by route',
        description: '5xx, as the workload itself answers them.',
        unit: 'reqps',
        queries: [
          {
            expr: `sum by (route, status) (rate(${durations(workload, 'count', { status: '~5..' })}[${rate}]))`,
            legend: '{{status}} {{route}}',
          },
        ],
      },
    ],
  };
}

function messages(service: Service): RowSpec {
  const labels = matching({ service: service.name });
  const queues = service.consumes.map(({ queue }) => queue);
  const publishes: PanelSpec[] = [
    {
      title: 'Messages published',
      description: 'By what became of them. All but confirmed are tried again, from the outbox if there is one.',
      unit: 'short',
      queries: [
        { expr: `sum by (outcome) (rate(ticketaka_broker_published_total${labels}[${rate}]))`, legend: '{{outcome}}' },
      ],
    },
  ];
  const outbox: PanelSpec[] = [
    {
      title: 'Outbox: waiting',
      description: 'Messages that are in the database and not with RabbitMQ yet.',
      unit: 'short',
      queries: [{ expr: `max by (workload) (ticketaka_outbox_backlog${labels})`, legend: '{{workload}}' }],
    },
    {
      title: 'Outbox: published',
      description: 'Messages that RabbitMQ has confirmed, and tries that failed.',
      unit: 'short',
      queries: [
        { expr: `sum(rate(ticketaka_outbox_relayed_total${labels}[${rate}]))`, legend: 'confirmed' },
        { expr: `sum(rate(ticketaka_outbox_failed_total${labels}[${rate}]))`, legend: 'failed' },
      ],
    },
    {
      title: 'Outbox: age of the oldest',
      description: 'An alert is made from a minute on.',
      unit: 's',
      queries: [{ expr: `max by (workload) (ticketaka_outbox_oldest_seconds${labels})`, legend: '{{workload}}' }],
    },
  ];
  const consumes: PanelSpec[] = [
    {
      title: 'Messages consumed',
      description: 'By what became of them: those that are not acknowledged are delivered again.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (queue, verdict) (rate(ticketaka_broker_consumed_total${labels}[${rate}]))`,
          legend: '{{queue}} {{verdict}}',
        },
      ],
    },
  ];
  const depth: PanelSpec[] = [
    {
      title: 'Queues',
      description: 'Messages that are ready, and dead letters, which should be none.',
      unit: 'short',
      queries: [
        {
          expr: `max by (queue) (rabbitmq_detailed_queue_messages_ready${matching({ queue: oneOf(queues.flatMap((queue) => [queue, `${queue}.dead`])) })})`,
          legend: '{{queue}}',
        },
      ],
    },
  ];
  const keepsOutbox = service.owns.mariadb && service.publishes.length > 0;
  return {
    title: 'Messages',
    panels: [
      ...(service.publishes.length > 0 ? publishes : []),
      ...(keepsOutbox ? outbox : []),
      ...(usesBroker(service) && service.consumes.length + service.follows.length > 0 ? consumes : []),
      ...(queues.length > 0 ? depth : []),
    ],
  };
}

function dependencies(service: Service): RowSpec {
  const labels = matching({ service: service.name });
  const panels: PanelSpec[] = [
    {
      title: 'Parts, as replicas see them',
      description: 'Part of the replicas that reach it. Below 1 somebody has lost it.',
      unit: 'percentunit',
      queries: [
        { expr: `avg by (workload, part) (ticketaka_health_part_up${labels})`, legend: '{{workload}} {{part}}' },
      ],
    },
  ];
  if (service.owns.mariadb)
    panels.push({
      title: 'Connections to MariaDB',
      description: 'Of all replicas. Callers that wait say that the pool is too small or statements too slow.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (workload, state) (ticketaka_mariadb_connections${labels})`,
          legend: '{{workload}} {{state}}',
        },
      ],
    });
  if (service.calls.length > 0)
    panels.push({
      title: 'Breakers that are open',
      description: 'Part of the replicas that turn calls away, since ten in a row had failed.',
      unit: 'percentunit',
      queries: [
        { expr: `avg by (workload, callee) (ticketaka_breaker_open${labels})`, legend: '{{workload}} to {{callee}}' },
      ],
    });
  return { title: 'What it stands on', panels };
}

function processes(workloads: readonly WorkloadNode[]): RowSpec {
  const [first] = workloads;
  if (!first) return { title: 'Processes', panels: [] };
  const labels = matching({ service: first.service.name });
  const containers = matching({ namespace: 'ticketaka', container: oneOf(workloads.map(({ name }) => name)) });
  return {
    title: 'Processes',
    panels: [
      {
        title: 'Replicas',
        description: 'Processes that were seen in the last minutes.',
        unit: 'short',
        queries: [{ expr: `count by (workload) (process_start_time_seconds${labels})`, legend: '{{workload}}' }],
      },
      {
        title: 'CPU',
        description: 'Cores that each replica uses. One thread runs our code: near 1 it is full.',
        unit: 'short',
        queries: [{ expr: `rate(process_cpu_seconds_total${labels}[${rate}])`, legend: '{{workload}} {{pod}}' }],
      },
      {
        title: 'Held back by its CPU limit',
        description: 'Part of the time in which a container was not let run.',
        unit: 'percentunit',
        queries: [
          {
            expr: `sum by (pod) (rate(container_cpu_cfs_throttled_periods_total${containers}[${rate}])) / sum by (pod) (rate(container_cpu_cfs_periods_total${containers}[${rate}]))`,
            legend: '{{pod}}',
          },
        ],
      },
      {
        title: 'Memory',
        description: 'What each replica has of the machine. At its limit it is killed.',
        unit: 'bytes',
        queries: [{ expr: `process_resident_memory_bytes${labels}`, legend: '{{workload}} {{pod}}' }],
      },
      {
        title: 'Event loop, late by (p99)',
        description: 'How long everything in that replica waits for its turn.',
        unit: 's',
        queries: [{ expr: `nodejs_eventloop_lag_p99_seconds${labels}`, legend: '{{workload}} {{pod}}' }],
      },
      {
        title: 'Restarts in the last hour',
        description: 'Of containers, by Kubernetes.',
        unit: 'short',
        queries: [
          {
            expr: `sum by (container) (increase(kube_pod_container_status_restarts_total${containers}[1h]))`,
            legend: '{{container}}',
          },
        ],
      },
    ],
  };
}
