import type { AnalysisTemplateFields } from '../custom-kinds.ts';
import { type Finding, finding, type Objects } from '../finding.ts';
import { ofKind } from '../typed-objects.ts';

type Metric = NonNullable<AnalysisTemplateFields['metrics']>[number];

/** What Argo Rollouts refuses of a metric: the Rollout that uses it is degraded then (InvalidSpec). */
export function analysisMetrics(objects: Objects): Finding[] {
  return templatesOf(objects).flatMap((object) =>
    (object.spec.metrics ?? []).flatMap((metric) =>
      problemsOf(metric).map((problem) => finding('kubernetes/analysis', object, `${metric.name} ${problem}`)),
    ),
  );
}

/** An analysis of a step ends by itself. Only the one that runs beside the steps is ended with them. */
export function stepAnalysesEnd(objects: Objects): Finding[] {
  return ofKind(objects, 'Rollout').flatMap((object) => {
    const { steps = [] } = object.spec.strategy?.canary ?? {};
    const names = steps.flatMap(({ analysis }) => (analysis?.templates ?? []).map(({ templateName }) => templateName));
    return templatesOf(objects)
      .filter(({ metadata }) => names.includes(metadata.name))
      .flatMap(({ metadata, spec }) =>
        (spec.metrics ?? [])
          .filter(({ count, interval }) => interval !== undefined && count === undefined)
          .map(({ name }) => finding('kubernetes/analysis', object, `${name} of ${metadata.name} never ends`)),
      );
  });
}

function problemsOf({ count, interval, provider, ...limits }: Metric): readonly string[] {
  const { failureLimit = 0, consecutiveSuccessLimit = 0, inconclusiveLimit = 0 } = limits;
  return [
    ...(Object.keys(provider ?? {}).length === 1 ? [] : ['has not one provider']),
    ...(failureLimit === -1 && consecutiveSuccessLimit === 0 ? ['can neither fail nor succeed'] : []),
    ...(count === undefined
      ? []
      : countProblems(count, [Math.max(failureLimit, 0) + consecutiveSuccessLimit, inconclusiveLimit])),
    ...(count !== undefined && count > 1 && interval === undefined ? ['has no interval'] : []),
  ];
}

function countProblems(count: number, limits: readonly number[]): readonly string[] {
  return limits.some((limit) => count < limit) ? [`is measured ${count} times, and its limits are above that`] : [];
}

function templatesOf(objects: Objects) {
  return [...ofKind(objects, 'AnalysisTemplate'), ...ofKind(objects, 'ClusterAnalysisTemplate')];
}
