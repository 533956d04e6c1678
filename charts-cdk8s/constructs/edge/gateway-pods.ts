import { ServiceAccount } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { ClusterEnvironment } from '../../environment.ts';
import { gatewayPorts, ingress } from '../../names.ts';
import { manifest } from '../manifest.ts';
import { containerSecurity, podSecurity } from '../workloads/container-security.ts';
import { busyPercent, podAutoscaler } from '../workloads/pod-autoscaler.ts';
import { podSpread } from '../workloads/pod-spread.ts';

export interface GatewayPodsProps {
  readonly environment: ClusterEnvironment;
}

const name = ingress.serviceAccount;
const labels = { ...ingress.labels, app: name };

/**
 * The pods of the ingress gateway: Envoy, which istiod's injector puts in where the image says `auto`. Never fewer than
 * the environment's minimum, apart from each other, and drained one at a time.
 */
export class GatewayPods extends Construct {
  constructor(scope: Construct, id: string, { environment }: GatewayPodsProps) {
    super(scope, id);
    const { namespace } = ingress;
    const { min, max, resources } = environment.cluster.gateway;
    new ServiceAccount(this, 'account', { automountToken: false, metadata: { name, namespace } });
    manifest(
      this,
      'deployment',
      new Deployment({
        metadata: { name, namespace },
        spec: {
          selector: { matchLabels: labels },
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          minReadySeconds: 10,
          template: {
            metadata: {
              labels: {
                ...labels,
                'sidecar.istio.io/inject': 'true',
                // The revision of its figures: one, whichever version istiod puts in.
                'service.istio.io/canonical-revision': 'latest',
                'app.kubernetes.io/name': 'platform',
                'app.kubernetes.io/part-of': 'ticketaka',
              },
              annotations: {
                'inject.istio.io/templates': 'gateway',
                'proxy.istio.io/config': JSON.stringify({ terminationDrainDuration: `${drainSeconds}s` }),
              },
            },
            spec: {
              serviceAccountName: name,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              terminationGracePeriodSeconds: preStopSeconds + drainSeconds + 10,
              // The number of Istio's proxy.
              securityContext: { ...podSecurity, runAsUser: 1337, runAsGroup: 1337, fsGroup: 1337 },
              topologySpreadConstraints: podSpread({
                labels,
                revisionLabel: 'pod-template-hash',
                zones: environment.cluster.zones,
              }),
              containers: [
                {
                  name: 'istio-proxy',
                  image: 'auto',
                  ports: Object.entries(gatewayPorts).map(([port, { pod }]) => ({
                    name: port,
                    containerPort: pod,
                    protocol: 'TCP',
                  })),
                  resources: structuredClone(resources),
                  startupProbe: { ...ready, timeoutSeconds: 1, periodSeconds: 1, failureThreshold: 60 },
                  readinessProbe: { ...ready, periodSeconds: 5, failureThreshold: 2 },
                  // Not readiness again: a gateway that istiod has not told anything yet is no better for a restart.
                  livenessProbe: { tcpSocket: { port: 'status' }, periodSeconds: 10, failureThreshold: 6 },
                  lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } },
                  securityContext: containerSecurity,
                },
              ],
            },
          },
        },
      }),
    );
    manifest(
      this,
      'budget',
      new PodDisruptionBudget({
        metadata: { name, namespace },
        spec: { maxUnavailable: 1, selector: { matchLabels: labels }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
      }),
    );
    podAutoscaler(this, {
      name,
      namespace,
      target: { apiVersion: 'apps/v1', kind: 'Deployment' },
      replicas: { min, max },
      metric: {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: busyPercent } },
      },
      behavior: {
        scaleDown: { stabilizationWindowSeconds: 600, policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
      },
    });
  }
}

/** For the load balancer to find the pod gone: three of its checks. */
const preStopSeconds = 30;

/** For answers that are under way. */
const drainSeconds = 30;

const ready = { httpGet: { path: '/healthz/ready', port: 'status' }, timeoutSeconds: 3 };
