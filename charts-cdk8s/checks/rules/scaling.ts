import { type Finding, finding, type Objects } from '../finding.ts';
import { ofKind } from '../typed-objects.ts';

/** An autoscaler's least is not above its most, and what it scales is there. */
export function autoscalers(objects: Objects): Finding[] {
  return scalersOf(objects).flatMap(({ object, target, least, most }) => [
    ...(least > most ? [finding('kubernetes/scale', object, `its least, ${least}, is above its most, ${most}`)] : []),
    ...(objects.some(
      ({ kind, metadata }) =>
        kind === target.kind && metadata.name === target.name && metadata.namespace === object.metadata.namespace,
    )
      ? []
      : [finding('reference/scale-target', object, `there is no ${target.kind} ${target.name}`)]),
  ]);
}

/** One autoscaler for one workload: two would fight. */
export function autoscalerConflicts(objects: Objects): Finding[] {
  const scalers = scalersOf(objects).map((scaler) => ({
    ...scaler,
    key: `${scaler.object.metadata.namespace} ${scaler.target.kind} ${scaler.target.name}`,
  }));
  return scalers
    .filter(({ key }, index) => scalers.findIndex((other) => other.key === key) < index)
    .map(({ object, target }) =>
      finding('kubernetes/scale-conflict', object, `another autoscaler has ${target.kind} ${target.name}`),
    );
}

export function scalersOf(objects: Objects) {
  return [
    ...ofKind(objects, 'HorizontalPodAutoscaler').map((object) => ({
      object,
      target: { kind: object.spec?.scaleTargetRef.kind ?? '', name: object.spec?.scaleTargetRef.name ?? '' },
      least: object.spec?.minReplicas ?? 1,
      most: object.spec?.maxReplicas ?? 1,
    })),
    ...ofKind(objects, 'ScaledObject').map((object) => ({
      object,
      target: { kind: object.spec.scaleTargetRef.kind ?? 'Deployment', name: object.spec.scaleTargetRef.name },
      least: object.spec.minReplicaCount ?? 0,
      most: object.spec.maxReplicaCount ?? 100,
    })),
  ];
}

/** A disruption budget says one of the two numbers, and leaves room for a node to be drained. */
export function disruptionBudgets(objects: Objects): Finding[] {
  return ofKind(objects, 'PodDisruptionBudget').flatMap((object) => {
    const { minAvailable, maxUnavailable } = object.spec ?? {};
    if ((minAvailable === undefined) === (maxUnavailable === undefined))
      return [finding('kubernetes/budget', object, 'it needs minAvailable or maxUnavailable, and not both')];
    const stuck = maxUnavailable === 0 || maxUnavailable === '0%' || minAvailable === '100%';
    return stuck ? [finding('kubernetes/budget', object, 'no node under its pods could ever be drained')] : [];
  });
}

const fields = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of the month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12 },
  { name: 'day of the week', from: 0, to: 7 },
];

/** A schedule has five fields of numbers within their bounds, and a CronJob says what to do with a run that overlaps. */
export function schedules(objects: Objects): Finding[] {
  return ofKind(objects, 'CronJob').flatMap((object) => {
    const parts = (object.spec?.schedule ?? '').trim().split(/\s+/);
    const wrong = fields.find((field, index) => !isScheduleField(parts[index] ?? '', field));
    if (parts.length !== fields.length || wrong)
      return [
        finding('kubernetes/schedule', object, `'${parts.join(' ')}' is no schedule${wrong ? `: ${wrong.name}` : ''}`),
      ];
    return [];
  });
}

function isScheduleField(text: string, { from, to }: { from: number; to: number }): boolean {
  return text.split(',').every((part) => {
    const [, range, step] = /^(\*|\d+(?:-\d+)?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === undefined || step === '0') return false;
    const numbers = range === '*' ? [] : range.split('-').map(Number);
    return numbers.every((number) => number >= from && number <= to) && (numbers[1] ?? to) >= (numbers[0] ?? from);
  });
}
