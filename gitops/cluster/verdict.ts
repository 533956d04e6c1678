import type { AnalysisRun, Application, Deployment, Rollout } from './objects.ts';

export type Verdict = 'healthy' | 'progressing' | 'failed' | 'unknown';

/** One object, and how it goes. */
export interface Item {
  readonly kind: 'Application' | 'Rollout' | 'AnalysisRun';
  readonly name: string;
  readonly verdict: Verdict;
  /** In the words of its controller: `Degraded`, `Paused`. */
  readonly state: string;
  readonly detail: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly items: readonly Item[];
}

export interface Expectation {
  /** What does not run this digest yet is on its way to it, whatever became of what it ran before. */
  readonly digest?: string | undefined;
}

/**
 * How a deployment goes: failed if anything has failed, or else under way if anything is, or else unknown if of anything
 * it is not known, or if there is nothing at all.
 */
export function judge(deployment: Deployment, expectation: Expectation = {}): Judgement {
  const rollouts = deployment.rollouts.map((rollout) => judgeRollout(rollout, expectation));
  const arrived = hasArrived(deployment, expectation);
  const applications = deployment.applications.map((application) => judgeApplication(application, arrived));
  const runItems = deployment.rollouts.flatMap((rollout) =>
    runs(rollout, expectation) ? judgeRuns(rollout, deployment.analysisRuns) : [],
  );
  const items = [...applications, ...rollouts, ...runItems];
  return { items, verdict: together(items.map(({ verdict }) => verdict)) };
}

/** Whether the image is there, if only in its first pods. Of a service that has workers alone the Application tells. */
function hasArrived({ rollouts, applications }: Deployment, expectation: Expectation): boolean {
  if (rollouts.length > 0) return rollouts.every((rollout) => runs(rollout, expectation));
  const { digest } = expectation;
  if (digest === undefined) return true;
  return applications.every(({ status }) => status?.summary?.images?.some((image) => image.endsWith(`@${digest}`)));
}

function together(verdicts: readonly Verdict[]): Verdict {
  const worstFirst = ['failed', 'progressing', 'unknown'] as const;
  if (verdicts.length === 0) return 'unknown';
  return worstFirst.find((verdict) => verdicts.includes(verdict)) ?? 'healthy';
}

function judgeApplication({ metadata, status }: Application, arrived: boolean): Item {
  const health = status?.health?.status ?? 'Unknown';
  const sync = status?.sync?.status ?? 'Unknown';
  const operation = status?.operationState?.phase;
  const errors = (status?.conditions ?? []).filter(({ type }) => type.endsWith('Error')).map(({ message }) => message);
  const refused = operation === 'Failed' || operation === 'Error';
  const broken = refused || errors.length > 0 || health === 'Degraded';
  const said = errors[0] ?? (refused ? status?.operationState?.message : status?.health?.message) ?? '';
  const item = { kind: 'Application', name: metadata.name, state: `${health}, ${sync}`, detail: said } as const;
  // How it went before the new image arrived says nothing: a failure is what that image is to mend.
  if (!arrived) return { ...item, verdict: 'progressing' };
  if (broken) return { ...item, verdict: 'failed' };
  if (operation === 'Running' || sync === 'OutOfSync') return { ...item, verdict: 'progressing' };
  if (health === 'Progressing' || health === 'Missing' || health === 'Suspended')
    return { ...item, verdict: 'progressing' };
  return { ...item, verdict: health === 'Healthy' && sync === 'Synced' ? 'healthy' : 'unknown' };
}

function judgeRollout(rollout: Rollout, expectation: Expectation): Item {
  const { metadata, status } = rollout;
  const item = { kind: 'Rollout', name: metadata.name, detail: progressOf(rollout) } as const;
  if (!runs(rollout, expectation))
    return { ...item, verdict: 'progressing', state: 'Waiting', detail: 'for the new image to arrive from git' };
  const seen = status?.observedGeneration === undefined || Number(status.observedGeneration) === metadata.generation;
  if (!seen)
    return { ...item, verdict: 'progressing', state: 'Progressing', detail: 'the controller has not seen it yet' };
  const phase = status?.phase ?? 'Unknown';
  if (status?.abort) return { ...item, verdict: 'failed', state: 'Aborted', detail: status.message ?? '' };
  switch (phase) {
    case 'Healthy':
      return { ...item, verdict: 'healthy', state: phase, detail: '' };
    case 'Degraded':
      return { ...item, verdict: 'failed', state: phase, detail: status?.message ?? '' };
    case 'Paused':
    case 'Progressing':
      return { ...item, verdict: 'progressing', state: phase };
    default:
      return { ...item, verdict: 'unknown', state: phase };
  }
}

function runs({ spec }: Rollout, { digest }: Expectation): boolean {
  if (digest === undefined) return true;
  return spec?.template?.spec?.containers?.some(({ image }) => image?.endsWith(`@${digest}`)) ?? false;
}

/** `step 3 of 8, 25 % of requests, waits for a person` */
function progressOf({ spec, status }: Rollout): string {
  const steps = spec?.strategy?.canary?.steps ?? [];
  const index = status?.currentStepIndex;
  const weight = status?.canary?.weights?.canary?.weight;
  const parts = [];
  if (index !== undefined && steps.length > 0)
    parts.push(`step ${Math.min(index + 1, steps.length)} of ${steps.length}`);
  if (weight !== undefined) parts.push(`${weight} % of requests`);
  if (waitsForPerson({ steps, index, reasons: (status?.pauseConditions ?? []).map(({ reason }) => reason) }))
    parts.push('waits for a person');
  return parts.join(', ') || (status?.message ?? '');
}

interface Pause {
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  readonly index: number | undefined;
  readonly reasons: readonly string[];
}

function waitsForPerson({ steps, index, reasons }: Pause): boolean {
  if (reasons.includes('InconclusiveAnalysisRun')) return true;
  const pause = index === undefined ? undefined : steps[index]?.['pause'];
  const endless = typeof pause === 'object' && pause !== null && !('duration' in pause);
  return endless && reasons.includes('CanaryPauseStep');
}

/** The runs of the revision that is being rolled out. Those of a rollout that came through are history. */
function judgeRuns({ metadata, status }: Rollout, all: readonly AnalysisRun[]): Item[] {
  if (status?.phase === 'Healthy') return [];
  return all
    .filter((run) =>
      run.metadata.ownerReferences?.some(({ kind, name }) => kind === 'Rollout' && name === metadata.name),
    )
    .filter((run) => run.metadata.labels?.['rollouts-pod-template-hash'] === status?.currentPodHash)
    .map(judgeRun);
}

function judgeRun({ metadata, status }: AnalysisRun): Item {
  const phase = status?.phase ?? 'Pending';
  const metrics = (status?.metricResults ?? []).map((metric) => {
    const measured = metric.measurements?.at(-1)?.value;
    const bad = (metric.failed ?? 0) + (metric.error ?? 0);
    const open = metric.inconclusive ?? 0;
    const counts = [`${metric.successful ?? 0} good`, bad > 0 && `${bad} bad`, open > 0 && `${open} undecided`]
      .filter(Boolean)
      .join(', ');
    return `${metric.name} ${measured ? `${measured} ` : ''}(${counts})`;
  });
  const detail = [status?.message, ...metrics].filter(Boolean).join('; ');
  const item = { kind: 'AnalysisRun', name: metadata.name, state: phase, detail } as const;
  switch (phase) {
    case 'Successful':
      return { ...item, verdict: 'healthy' };
    case 'Failed':
    case 'Error':
      return { ...item, verdict: 'failed' };
    case 'Pending':
    case 'Running':
    // The rollout pauses until a person decides.
    case 'Inconclusive':
      return { ...item, verdict: 'progressing' };
    default:
      return { ...item, verdict: 'unknown' };
  }
}
