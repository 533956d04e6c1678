import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { Construct } from 'constructs';
import { manifest } from '../constructs/manifest.ts';
import { ingress, namespace } from '../names.ts';
import { agentPort } from './names.ts';

/**
 * Scrapes every pod that has a sidecar and metrics, the gateway's too.
 *
 * Under STRICT mutual TLS nobody outside the mesh gets an answer from the application's ports, and Prometheus is
 * outside. Istio's agent answers on a port of its own that is not redirected into Envoy: it gives Envoy's metrics and,
 * asked over loopback, the application's. So Prometheus needs no certificate of the mesh and the mesh no exception; what
 * keeps others from that port is the NetworkPolicy.
 *
 * A PodMonitor, not a ServiceMonitor: workers have no Service, and a ServiceMonitor would label each target `service`,
 * which our metrics do themselves.
 */
export class WorkloadScraping extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    manifest(
      this,
      'monitor',
      new PodMonitor({
        metadata: { name: 'workloads', namespace },
        spec: {
          namespaceSelector: { matchNames: [namespace, ingress.namespace] },
          // Whoever has a sidecar: the injector adds this label.
          selector: { matchExpressions: [{ key: 'service.istio.io/canonical-name', operator: 'Exists' }] },
          // By these the figures of a canary are told from those of the revision before: to the mesh they are one workload.
          podTargetLabels: ['app', 'rollouts-pod-template-hash'],
          podMetricsEndpoints: [
            {
              path: '/stats/prometheus',
              interval: '15s',
              scrapeTimeout: '10s',
              relabelings: [
                // One target a pod, whatever ports its containers declare.
                { action: 'keep', sourceLabels: ['__meta_kubernetes_pod_container_name'], regex: 'istio-proxy' },
                {
                  action: 'keep',
                  sourceLabels: ['__meta_kubernetes_pod_container_port_name'],
                  regex: 'http-envoy-prom',
                },
                {
                  action: 'replace',
                  sourceLabels: ['__meta_kubernetes_pod_ip'],
                  regex: '([^:]+)',
                  targetLabel: '__address__',
                  replacement: `$1:${agentPort}`,
                },
                {
                  action: 'replace',
                  sourceLabels: ['__meta_kubernetes_pod_ip'],
                  regex: '(.*:.*)',
                  targetLabel: '__address__',
                  replacement: `[$1]:${agentPort}`,
                },
                // The agent answers for the whole pod.
                { action: 'replace', sourceLabels: ['__meta_kubernetes_pod_label_app'], targetLabel: 'container' },
              ],
              metricRelabelings: [
                // Envoy tells of each of its clusters and listeners; the mesh's own metrics are what is looked at.
                { action: 'drop', sourceLabels: ['__name__'], regex: 'envoy_(cluster|listener|http|server)_.*' },
              ],
            },
          ],
        },
      }),
    );
  }
}
