import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { KubernetesObject } from './kubernetes-object.ts';
import { ofKind } from './typed-objects.ts';

export type Labels = Readonly<Record<string, string>>;

/** An object that makes pods. */
export interface PodSource {
  readonly object: KubernetesObject;
  readonly template: IPodTemplateSpec;
  /** Its pods run until they are replaced, and more than one may run: Deployment, Rollout, StatefulSet. */
  readonly longRunning: boolean;
  /** Labels by which it knows its pods; undefined for jobs, which label theirs themselves. */
  readonly selector: Labels | undefined;
  /** Replicas as written, if they are. */
  readonly replicas: number | undefined;
}

/** Everything that makes pods, the jobs of analyses included. */
export function podSourcesOf(objects: readonly KubernetesObject[]): readonly PodSource[] {
  const long = [
    ...ofKind(objects, 'Deployment'),
    ...ofKind(objects, 'StatefulSet'),
    // A Rollout with a workloadRef has no template of its own.
    ...ofKind(objects, 'Rollout').filter(({ spec }) => spec.template !== undefined),
  ].map((object) => ({
    object,
    template: object.spec?.template ?? {},
    longRunning: true,
    selector: object.spec?.selector?.matchLabels ?? {},
    replicas: object.spec?.replicas,
  }));
  const jobs = [
    ...ofKind(objects, 'Job').map((object) => ({ object, job: object.spec })),
    ...ofKind(objects, 'CronJob').map((object) => ({ object, job: object.spec?.jobTemplate?.spec })),
    ...[...ofKind(objects, 'AnalysisTemplate'), ...ofKind(objects, 'ClusterAnalysisTemplate')].flatMap((object) =>
      (object.spec.metrics ?? []).flatMap(({ provider }) =>
        provider?.job ? [{ object, job: provider.job.spec }] : [],
      ),
    ),
  ].map(({ object, job }) => ({
    object,
    template: job?.template ?? {},
    longRunning: false,
    selector: undefined,
    replicas: undefined,
  }));
  return [...long, ...jobs];
}

/** Containers that serve, then those that prepare. Native sidecars are among the latter. */
export function containersOf({ template }: PodSource): readonly IContainer[] {
  return [...(template.spec?.containers ?? []), ...(template.spec?.initContainers ?? [])];
}

export function podSpecOf({ template }: PodSource): Partial<IPodSpec> {
  return template.spec ?? {};
}

export function podLabelsOf({ template }: PodSource): Labels {
  return template.metadata?.labels ?? {};
}

/** Whether labels have all that a selector asks for. */
export function matchesLabels(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
