import type { ICanaryStrategy } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/CanaryStrategy';
import { canary } from '../../canary.ts';
import type { ClusterEnvironment } from '../../environment.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { analysisNames } from './canary-analysis.ts';
import { smokePathsOf } from './canary-smoke.ts';

type Steps = NonNullable<ICanaryStrategy['steps']>;

/**
 * One pod for testers only, who come by a header, and a check of it; then a share of everybody that grows after each
 * verdict. From the first share on the new revision is also watched all the time, and taken back at the first bad news.
 */
export function rolloutSteps(
  workload: WorkloadNode,
  { cluster }: ClusterEnvironment,
): Pick<ICanaryStrategy, 'steps' | 'analysis'> {
  const args = [
    { name: 'workload', value: workload.name },
    // Both revisions are one workload to Istio, so that the canary's own figures are found by the hash of its pods.
    { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' as const } },
  ];
  const names = analysisNames(workload);
  const smoke = smokePathsOf(workload).length > 0 ? [{ templateName: names.smoke }] : [];
  const verdict = { analysis: { templates: [...smoke, { templateName: names.verdict }], args } };

  const toTesters = {
    setHeaderRoute: {
      name: canary.previewRoute,
      match: [{ headerName: canary.previewHeader.name, headerValue: { exact: canary.previewHeader.value } }],
    },
  };
  const preview: Steps = [
    // Not by weight, which is still zero.
    { setCanaryScale: { replicas: 1 } },
    toTesters,
    // And once more: the controller leaves the route out, and takes the step for done, while a pod of the stable revision
    // is not available, as when the autoscaler has just added one.
    { pause: { duration: '30s' } },
    toTesters,
    ...(smoke.length > 0 ? [{ analysis: { templates: smoke, args } }] : []),
  ];
  const shares = canary.weights.flatMap(
    (weight): Steps => [
      ...(cluster.canary.approval && weight === canary.weights.at(-1) ? [{ pause: {} }] : []),
      { setWeight: weight },
      // From the first share on, as many pods as the share asks for. Before it the share is nothing, and so were they.
      ...(weight === canary.weights[0] ? [{ setCanaryScale: { matchTrafficWeight: true } }] : []),
      // What the verdict looks back on.
      { pause: { duration: '2m' } },
      verdict,
    ],
  );
  return {
    steps: [...preview, ...shares],
    analysis: {
      templates: [{ templateName: names.watch }],
      args,
      // With the first share; before there is nothing to see.
      startingStep: preview.length,
    },
  };
}
