import type { Topology } from '@ticketaka/charts/topology/topology';
import type { AlertCase } from './alert-case.ts';
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
  const keys = [steady('ticketaka_signing_key_age_seconds{service="auth",workload="api",pod="auth-a"}', 90 * 86_400)];
  return [...processes, ...queues, ...nodes, ...catalogue, ...argo, ...keys, ...sale(minutes)];
}

/** Seats sell, some buyers are too late, some cards are declined, one queue moves, and another one has sold out. */
function sale(minutes: number): readonly Series[] {
  const api = 'service="reservation",workload="api",pod="reservation-a"';
  const worker = 'service="reservation",workload="worker",pod="reservation-a"';
  const duration = 'ticketaka_http_server_request_duration_seconds';
  const hold = `${api},route="/api/reservations/holds",method="POST"`;
  const answered = (status: string, perMinute: number): readonly Series[] => [
    { series: `${duration}_count{${hold},status="${status}"}`, values: `0+${perMinute}x${minutes}` },
    { series: `${duration}_bucket{${hold},status="${status}",le="0.5"}`, values: `0+${perMinute}x${minutes}` },
  ];
  const queue = (session: string) => `{${worker},session="${session}"}`;
  const series: readonly Series[] = [
    ...answered('201', 600),
    ...answered('409', 900),
    ...answered('503', 1),
    { series: `ticketaka_seat_holds_total{${api},outcome="held"}`, values: `0+600x${minutes}` },
    { series: `ticketaka_seat_holds_total{${api},outcome="stale"}`, values: `0+1x${minutes}` },
    { series: `ticketaka_payment_calls_total{${api},call="confirm",outcome="approved"}`, values: `0+500x${minutes}` },
    { series: `ticketaka_payment_calls_total{${api},call="confirm",outcome="declined"}`, values: `0+40x${minutes}` },
    { series: `ticketaka_payment_calls_total{${api},call="confirm",outcome="unknown"}`, values: `0+1x${minutes}` },
    { series: `ticketaka_refunds_total{${worker},state="done"}`, values: `0+5x${minutes}` },
    { series: `ticketaka_refund_deferrals_total{${worker}}`, values: `0+1x${minutes}` },
    { series: `ticketaka_image_drift_units{${worker}}`, values: `0x20 3 0x${minutes}` },
    { series: `ticketaka_due_work_overdue_seconds{${worker},work="claims"}`, values: `0 2 4 1 0x${minutes}` },
    { series: `ticketaka_due_work_overdue_seconds{${worker},work="waiting rooms"}`, values: `0x${minutes}` },
    { series: `ticketaka_waiting_room_waiting${queue('moving')}`, values: `90000-300x${minutes}` },
    { series: `ticketaka_waiting_room_serving${queue('moving')}`, values: `0+300x${minutes}` },
    { series: `ticketaka_waiting_room_rate${queue('moving')}`, values: `5x${minutes}` },
    { series: `ticketaka_waiting_room_waiting${queue('sold-out')}`, values: `4000x${minutes}` },
    { series: `ticketaka_waiting_room_serving${queue('sold-out')}`, values: `9000x${minutes}` },
    { series: `ticketaka_waiting_room_rate${queue('sold-out')}`, values: `0x${minutes}` },
    { series: `ticketaka_waiting_room_waiting${queue('empty')}`, values: `0x${minutes}` },
    { series: `ticketaka_waiting_room_serving${queue('empty')}`, values: `700x${minutes}` },
    { series: `ticketaka_waiting_room_rate${queue('empty')}`, values: `20x${minutes}` },
  ];
  return series;
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
