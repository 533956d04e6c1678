import { type Service, usesBroker } from '@ticketaka/platform/contract';
import type { ClusterEnvironment } from '../../environment.ts';
import { replicasOf } from '../../replicas.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { labelsOf } from '../objectives.ts';
import { matching } from '../promql.ts';
import { type AlertingRule, alert, type RuleGroup } from './rule.ts';

/** Whether a workload is there, as often as it should be, and not busy with itself. */
export function presenceGroup(
  service: Service,
  workloads: readonly WorkloadNode[],
  environment: ClusterEnvironment,
): RuleGroup {
  const rules = workloads.flatMap((workload) => presence(workload, replicasOf(workload, environment).min));
  return { name: `${service.name}.presence`, rules };
}

function presence(workload: WorkloadNode, min: number): AlertingRule[] {
  const labels = labelsOf(workload);
  const there = `(count(process_start_time_seconds${matching(labels)}) or vector(0))`;
  const common = { labels, dashboard: labels.service };
  const missing = alert({
    ...common,
    name: 'ReplicasMissing',
    severity: 'warning',
    expr: `${there} < ${min} and ${there} > 0`,
    for: '15m',
    summary: `${workload.name} runs {{ $value }} of at least ${min} replicas`,
    description: 'It still works, but the loss of one more node or zone may end that.',
  });
  return [
    alert({
      ...common,
      name: 'WorkloadDown',
      severity: 'critical',
      expr: `${there} == 0`,
      for: '3m',
      summary: `${workload.name} is not running`,
      description: `No replica of ${workload.name} has been seen for three minutes.`,
    }),
    ...(min > 1 ? [missing] : []),
    alert({
      ...common,
      name: 'EventLoopSlow',
      severity: 'warning',
      expr: `max(nodejs_eventloop_lag_p99_seconds${matching(labels)}) > 0.25`,
      for: '10m',
      summary: `${workload.name} is busy: its event loop turns {{ $value | humanizeDuration }} late`,
      description: 'Everything in that replica waits this long. It has too much work, or work that does not let go.',
    }),
  ];
}

/** What a service stands on: stores, the broker, services that it calls. */
export function dependencyGroup(service: Service): RuleGroup {
  const labels = { service: service.name };
  const common = { labels, dashboard: service.name };
  const parts = `ticketaka_health_part_up${matching({ ...labels, part: '!start' })}`;
  const rules = [
    alert({
      ...common,
      name: 'DependencyLost',
      severity: 'critical',
      expr: `max by (service, workload, part, vital) (${parts}) == 0`,
      for: '2m',
      summary: `{{ $labels.service }}-{{ $labels.workload }} has lost {{ $labels.part }}`,
      description:
        'No replica reaches it. Vital "true": the workload takes no requests. "false": it goes on with what it has, and work waits.',
    }),
    alert({
      ...common,
      name: 'DependencyLostByReplica',
      severity: 'warning',
      expr: `(min by (service, workload, part, vital) (${parts}) == 0) and on (service, workload, part) (max by (service, workload, part) (${parts}) == 1)`,
      for: '10m',
      summary: `A replica of {{ $labels.service }}-{{ $labels.workload }} has lost {{ $labels.part }}`,
      description: 'Others reach it, so it is the replica, its node or its network.',
    }),
  ];
  if (service.calls.length > 0) rules.push(breaker(common));
  if (service.owns.mariadb) rules.push(waiting(common));
  if (service.owns.mariadb && service.publishes.length > 0) rules.push(...outbox(common));
  if (usesBroker(service) && service.follows.length + service.consumes.length > 0) rules.push(requeued(common));
  return { name: `${service.name}.dependencies`, rules };
}

interface Common {
  readonly labels: { readonly service: string };
  readonly dashboard: string;
}

function breaker(common: Common): AlertingRule {
  return alert({
    ...common,
    name: 'BreakerOpen',
    severity: 'warning',
    // It closes for a moment with each try, so an instant says little.
    expr: `max by (service, workload, callee) (avg_over_time(ticketaka_breaker_open${matching(common.labels)}[5m])) > 0.5`,
    for: '5m',
    summary: `{{ $labels.service }}-{{ $labels.workload }} does not get through to {{ $labels.callee }}`,
    description: 'Calls are turned away at once, since ten in a row had failed. What needs them answers 503.',
  });
}

function waiting(common: Common): AlertingRule {
  return alert({
    ...common,
    name: 'DatabaseConnectionsShort',
    severity: 'warning',
    expr: `min by (service, workload) (max_over_time(ticketaka_mariadb_connections${matching({ ...common.labels, state: 'waiting' })}[2m])) > 0`,
    for: '10m',
    summary: 'Queries of {{ $labels.service }}-{{ $labels.workload }} wait for a connection in every replica',
    description: 'Either statements have become slow, or there is more work than the pool is made for.',
  });
}

function outbox(common: Common): AlertingRule[] {
  const oldest = `max by (service) (ticketaka_outbox_oldest_seconds${matching(common.labels)})`;
  const about = {
    ...common,
    name: 'OutboxBacklog',
    summary: 'Messages of {{ $labels.service }} have waited for {{ $value | humanizeDuration }}',
    description: 'They are safe in its database, but nobody hears of what has happened until they are published.',
  };
  return [
    alert({ ...about, severity: 'warning', expr: `${oldest} > 60`, for: '5m' }),
    alert({ ...about, severity: 'critical', expr: `${oldest} > 900`, for: '5m' }),
  ];
}

function requeued(common: Common): AlertingRule {
  return alert({
    ...common,
    name: 'MessagesRequeued',
    severity: 'warning',
    expr: `sum by (service, queue) (rate(ticketaka_broker_consumed_total${matching({ ...common.labels, verdict: '!ack' })}[10m])) > 0.1`,
    for: '10m',
    summary: '{{ $labels.service }} keeps giving back messages of {{ $labels.queue }}',
    description: 'Handlers fail. After the delivery limit each message becomes a dead letter.',
  });
}
