import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Construct } from 'constructs';
import { manifest } from '../constructs/manifest.ts';
import { meshNamespace, namespace } from '../names.ts';

/** Controllers that are no part of the mesh, by the Services that their own manifests install. */
const controllers = [
  {
    name: 'argo-rollouts',
    namespace: 'argo-rollouts',
    labels: { 'app.kubernetes.io/name': 'argo-rollouts-metrics' },
    port: 'metrics',
  },
  { name: 'argocd', namespace: 'argocd', labels: { 'app.kubernetes.io/name': 'argocd-metrics' }, port: 'metrics' },
  { name: 'istiod', namespace: meshNamespace, labels: { istio: 'pilot' }, port: 'http-monitoring' },
] as const;

/** Scrapes Argo CD, Argo Rollouts and Istio's control plane. */
export class ControllerScraping extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const controller of controllers) {
      manifest(
        this,
        controller.name,
        new ServiceMonitor({
          metadata: { name: controller.name, namespace },
          spec: {
            namespaceSelector: { matchNames: [controller.namespace] },
            selector: { matchLabels: controller.labels },
            endpoints: [
              {
                port: controller.port,
                interval: '30s',
                // What they tell is about objects of other namespaces, and says so itself.
                honorLabels: true,
              },
            ],
          },
        }),
      );
    }
  }
}
