/** Metrics that others than our services export, and where that is written. A name that is not here is asked for by nobody. */
export const externalMetrics: readonly { readonly source: string; readonly names: readonly string[] }[] = [
  {
    source: 'Istio 1.30, https://istio.io/latest/docs/reference/config/metrics/',
    names: ['istio_requests_total', 'istio_request_duration_milliseconds_bucket', 'istio_tcp_connections_opened_total'],
  },
  {
    source: 'istiod 1.30, https://istio.io/latest/docs/reference/commands/pilot-discovery/#metrics',
    names: ['pilot_proxy_convergence_time_bucket', 'pilot_total_xds_rejects', 'pilot_xds'],
  },
  {
    source: 'RabbitMQ, /metrics: deps/rabbitmq_prometheus/metrics.md of rabbitmq/rabbitmq-server',
    names: [
      'rabbitmq_alarms_free_disk_space_watermark',
      'rabbitmq_alarms_memory_used_watermark',
      'rabbitmq_channels',
      'rabbitmq_connections',
      'rabbitmq_connections_opened_total',
      'rabbitmq_disk_space_available_bytes',
      'rabbitmq_global_messages_acknowledged_total',
      'rabbitmq_global_messages_confirmed_total',
      'rabbitmq_global_messages_dead_lettered_confirmed_total',
      'rabbitmq_global_messages_dead_lettered_delivery_limit_total',
      'rabbitmq_global_messages_received_total',
      'rabbitmq_global_messages_redelivered_total',
      'rabbitmq_global_messages_unroutable_dropped_total',
      'rabbitmq_global_messages_unroutable_returned_total',
      'rabbitmq_identity_info',
      'rabbitmq_process_resident_memory_bytes',
      'rabbitmq_resident_memory_limit_bytes',
    ],
  },
  {
    source: 'RabbitMQ, /metrics/detailed: deps/rabbitmq_prometheus/metrics-detailed.md of rabbitmq/rabbitmq-server',
    names: [
      'rabbitmq_detailed_queue_consumers',
      'rabbitmq_detailed_queue_messages',
      'rabbitmq_detailed_queue_messages_ready',
      'rabbitmq_detailed_queue_messages_unacked',
    ],
  },
  {
    source: 'Argo Rollouts 1.9, https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/',
    names: ['rollout_info'],
  },
  {
    source: 'Argo CD 3.5, https://argo-cd.readthedocs.io/en/stable/operator-manual/metrics/',
    names: ['argocd_app_info'],
  },
  {
    source: 'kube-state-metrics, docs/metrics/workload of kubernetes/kube-state-metrics',
    names: [
      'kube_horizontalpodautoscaler_spec_max_replicas',
      'kube_horizontalpodautoscaler_status_current_replicas',
      'kube_horizontalpodautoscaler_status_desired_replicas',
      'kube_pod_container_status_restarts_total',
      'kube_pod_status_phase',
    ],
  },
  {
    source: 'cAdvisor in the kubelet, docs/storage/prometheus.md of google/cadvisor',
    names: ['container_cpu_cfs_periods_total', 'container_cpu_cfs_throttled_periods_total'],
  },
];
