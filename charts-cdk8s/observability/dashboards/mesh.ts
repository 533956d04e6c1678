import { ingress, namespace } from '../../names.ts';
import type { Topology } from '../../topology/topology.ts';
import { requestsTo } from '../objectives.ts';
import { matching } from '../promql.ts';
import type { DashboardSpec } from './panels.ts';

const rate = '$__rate_interval';

/** The title, by which Kiali finds it. */
export const meshTitle = 'Ticketaka: mesh';

/** The mesh by Istio's own metrics: who calls whom, what is refused, what releases do. */
export function meshDashboard({ workloads }: Topology): DashboardSpec {
  const http = workloads.filter(({ kind }) => kind === 'http');
  const all = requestsTo(http);
  const refused = matching({ reporter: 'destination', response_code: '403', destination_service_namespace: namespace });
  return {
    name: 'mesh',
    title: meshTitle,
    description:
      'Who calls whom, what the mesh refuses, what a release does, and whether every sidecar has heard of it.',
    rows: [
      {
        title: 'Calls',
        panels: [
          {
            title: 'Who calls whom',
            description: 'As callers count.',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (source_workload, destination_service_name) (rate(${all}[${rate}]))`,
                legend: '{{source_workload}} to {{destination_service_name}}',
              },
            ],
          },
          {
            title: 'Calls that fail',
            description:
              '5xx with the reason that Envoy gives: UH no healthy pod, UF no connection, UT too late, URX tried often enough.',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (destination_service_name, response_flags) (rate(${requestsTo(http, { response_code: '~5..' })}[${rate}]))`,
                legend: '{{destination_service_name}} {{response_flags}}',
              },
            ],
          },
          {
            title: 'Time of calls (p99)',
            description: 'As callers measure it, in seconds.',
            unit: 's',
            queries: [
              {
                expr: `histogram_quantile(0.99, sum by (destination_service_name, le) (rate(istio_request_duration_milliseconds_bucket${matching({ reporter: 'source', destination_service_namespace: namespace })}[${rate}]))) / 1000`,
                legend: '{{destination_service_name}}',
              },
            ],
          },
        ],
      },
      {
        title: 'Rules',
        panels: [
          {
            title: 'Refused by workloads',
            description: 'From another workload: a call that is not declared.',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (source_workload, destination_service_name) (rate(istio_requests_total${refused}[${rate}]))`,
                legend: '{{source_workload}} to {{destination_service_name}}',
              },
            ],
          },
          {
            title: 'Not encrypted',
            description: 'Requests without mutual TLS. Under STRICT there are none.',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (source_workload, destination_service_name) (rate(istio_requests_total${matching({ reporter: 'destination', connection_security_policy: '!mutual_tls', destination_service_namespace: namespace })}[${rate}]))`,
                legend: '{{source_workload}} to {{destination_service_name}}',
              },
            ],
          },
          {
            title: 'Connections out of the mesh',
            description: 'To stores and third parties, opened.',
            unit: 'short',
            queries: [
              {
                expr: `sum by (source_workload, destination_service) (rate(istio_tcp_connections_opened_total${matching({ reporter: 'source', source_workload_namespace: namespace })}[${rate}]))`,
                legend: '{{source_workload}} to {{destination_service}}',
              },
            ],
          },
          {
            title: 'Answers of the gateway',
            description: 'All of them: also what no workload has seen, as 401 without a token and 404.',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (response_code) (rate(istio_requests_total${matching({ reporter: 'source', source_workload_namespace: ingress.namespace })}[${rate}]))`,
                legend: '{{response_code}}',
              },
            ],
          },
        ],
      },
      {
        title: 'Releases',
        panels: [
          {
            title: 'Requests by revision',
            description:
              'A canary begins with a small share. To the mesh the two are one workload; the label of their pods tells.',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (app, rollouts_pod_template_hash) (rate(istio_requests_total${matching({ reporter: 'destination', destination_service_namespace: namespace })}[${rate}]))`,
                legend: '{{app}} {{rollouts_pod_template_hash}}',
              },
            ],
          },
          {
            title: 'Failures by revision',
            description: 'What aborts a release.',
            unit: 'reqps',
            queries: [
              {
                expr: `sum by (app, rollouts_pod_template_hash) (rate(istio_requests_total${matching({ reporter: 'destination', destination_service_namespace: namespace, response_code: '~5..' })}[${rate}]))`,
                legend: '{{app}} {{rollouts_pod_template_hash}}',
              },
            ],
          },
          {
            title: 'Rollouts by phase',
            description: 'Degraded: it was aborted, and git still asks for it.',
            unit: 'short',
            queries: [
              { expr: `count by (phase) (rollout_info${matching({ namespace })})`, legend: '{{phase}}' },
              {
                expr: `count by (sync_status, health_status) (argocd_app_info${matching({ dest_namespace: namespace })})`,
                legend: 'Argo CD: {{sync_status}} {{health_status}}',
              },
            ],
          },
        ],
      },
      {
        title: 'Control plane',
        panels: [
          {
            title: 'Until every sidecar has heard (p99)',
            description: 'From a change of configuration to its last receiver.',
            unit: 's',
            queries: [
              {
                expr: `histogram_quantile(0.99, sum by (le) (rate(pilot_proxy_convergence_time_bucket[${rate}])))`,
                legend: 'p99',
              },
            ],
          },
          {
            title: 'Rejected configuration',
            description: 'By sidecars. They keep what they had.',
            unit: 'short',
            queries: [{ expr: `sum by (type) (rate(pilot_total_xds_rejects[${rate}]))`, legend: '{{type}}' }],
          },
          {
            title: 'Connected sidecars',
            description: 'Each pod with a sidecar is one.',
            unit: 'short',
            queries: [{ expr: 'sum(pilot_xds)', legend: 'sidecars' }],
          },
        ],
      },
    ],
  };
}
