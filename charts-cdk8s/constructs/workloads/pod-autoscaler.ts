import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IHorizontalPodAutoscalerBehavior } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscalerBehavior';
import type { IMetricSpec } from 'kubernetes-models/autoscaling/v2/MetricSpec';
import { manifest } from '../manifest.ts';

export interface PodAutoscalerOptions {
  readonly name: string;
  readonly namespace: string;
  /** What has the pods; it has the same name. */
  readonly target: { readonly apiVersion: string; readonly kind: string };
  readonly replicas: { readonly min: number; readonly max: number };
  readonly metric: IMetricSpec;
  readonly behavior: IHorizontalPodAutoscalerBehavior;
}

/** Of the processor time that pods ask for, how much they use before there are more of them, in percent. */
export const busyPercent = 60;

/** As many pods as one metric asks for, between two bounds. */
export function podAutoscaler(scope: Construct, options: PodAutoscalerOptions): ApiObject {
  const { name, namespace, target, replicas, metric, behavior } = options;
  return manifest(
    scope,
    'autoscaler',
    new HorizontalPodAutoscaler({
      metadata: { name, namespace },
      spec: {
        scaleTargetRef: { ...target, name },
        minReplicas: replicas.min,
        maxReplicas: replicas.max,
        metrics: [metric],
        behavior,
      },
    }),
  );
}
