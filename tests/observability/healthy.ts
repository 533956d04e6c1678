import type { Topology } from '@ticketaka/charts/topology/topology';
import type { AlertCase } from './alert-cases.ts';
import type { Series } from './promtool.ts';

/** Two replicas of everything, nothing late, and some traffic. */
export function healthySeries({ workloads, services }: Topology, minutes: number): readonly Series[] {
  const steady = (series: string, value: number): Series => ({ series, values: `${value}x${minutes}` });
  const processes = workloads.flatMap((node) => {
    const workload = node.name.slice(node.service.name.length + 1);
    const short = workload === 'api' || workload === 'worker' || workload === 'server' ? node.service.name : workload;
    return ['a', 'b'].flatMap((replica) => {
      const labels = `service="${node.service.name}",workload="${workload}"`;
      const pod = `pod="${short}-${replica}"`;
      return [
        steady(`process_start_time_seconds{${labels},${pod}}`, 1),
        steady(`nodejs_eventloop_lag_p99_seconds{${labels},${pod}}`, 0.01),
        steady(`ticketaka_health_part_up{${labels},part="start",vital="true",${pod}}`, 1),
        ...['mariadb', 'redis', 'rabbitmq'].map((part) =>
          steady(`ticketaka_health_part_up{${labels},part="${part}",vital="true",${pod}}`, 1),
        ),
        steady(`ticketaka_mariadb_connections{${labels},state="waiting",${pod}}`, 0),
        steady(`ticketaka_outbox_oldest_seconds{${labels},${pod}}`, 0),
      ];
    });
  });
  const queues = services.flatMap(({ consumes }) =>
    consumes.flatMap(({ queue }) => [
      steady(`rabbitmq_detailed_queue_consumers{vhost="ticketaka",queue="${queue}",pod="rabbitmq-0"}`, 2),
      steady(`rabbitmq_detailed_queue_messages_ready{vhost="ticketaka",queue="${queue}",pod="rabbitmq-0"}`, 0),
      steady(`rabbitmq_detailed_queue_messages_ready{vhost="ticketaka",queue="${queue}.dead",pod="rabbitmq-0"}`, 0),
      // A dead-letter queue has no consumer, and is not meant to.
      steady(`rabbitmq_detailed_queue_consumers{vhost="ticketaka",queue="${queue}.dead",pod="rabbitmq-0"}`, 0),
    ]),
  );
  const nodes = [0, 1, 2].flatMap((node) => [
    steady(`rabbitmq_identity_info{rabbitmq_node="rabbit@${node}",pod="rabbitmq-${node}"}`, 1),
    steady(`rabbitmq_alarms_memory_used_watermark{pod="rabbitmq-${node}"}`, 0),
    steady(`rabbitmq_alarms_free_disk_space_watermark{pod="rabbitmq-${node}"}`, 0),
  ]);
  const catalogue = ['a', 'b'].flatMap((replica) => {
    const labels = `service="performances",workload="catalogue",pod="catalogue-${replica}"`;
    return [
      steady(`ticketaka_catalogue_behind_seconds{${labels}}`, 0),
      steady(`ticketaka_catalogue_performances{${labels}}`, 300),
    ];
  });
  const argo = [
    steady('rollout_info{namespace="ticketaka",name="auth-api",phase="Healthy"}', 1),
    steady('argocd_app_info{dest_namespace="ticketaka",name="ticketaka-auth",sync_status="Synced"}', 1),
  ];
  return [...processes, ...queues, ...nodes, ...catalogue, ...argo];
}

/** The healthy platform with what the case says is wrong. */
export function withFault(topology: Topology, { series, at }: Pick<AlertCase, 'series' | 'at'>): readonly Series[] {
  const minutes = minutesOf(at) + 5;
  const faulty = new Set(series.map(({ series: name }) => name));
  return [...healthySeries(topology, minutes).filter(({ series: name }) => !faulty.has(name)), ...series];
}

function minutesOf(time: string): number {
  const [, amount = '0', unit] = /^(\d+)([mh])$/.exec(time) ?? [];
  return Number(amount) * (unit === 'h' ? 60 : 1);
}
