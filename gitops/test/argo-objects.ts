import type { PlayedObject } from './kubernetes-api.ts';
import { digestOf } from './manifest-repository.ts';

/** Objects as Argo CD 3.5 and Argo Rollouts 1.9 write them, as far as they are read. Recorded ones are in `recorded.ts`. */

const apiVersion = 'argoproj.io/v1alpha1';
const labels = (service: string) => ({ 'app.kubernetes.io/part-of': 'ticketaka', 'app.kubernetes.io/name': service });

type Application =
  | 'healthy'
  | 'out of sync'
  | 'syncing'
  | 'degraded'
  | 'sync failed'
  | 'unknown'
  | 'new'
  | 'unreadable';

const applicationStatus: Readonly<Record<Application, object>> = {
  healthy: { health: { status: 'Healthy' }, sync: { status: 'Synced' }, operationState: { phase: 'Succeeded' } },
  'out of sync': { health: { status: 'Healthy' }, sync: { status: 'OutOfSync' } },
  syncing: { health: { status: 'Progressing' }, sync: { status: 'Synced' }, operationState: { phase: 'Running' } },
  degraded: { health: { status: 'Degraded', message: 'RolloutAborted' }, sync: { status: 'Synced' } },
  'sync failed': {
    health: { status: 'Missing' },
    sync: { status: 'OutOfSync' },
    operationState: {
      phase: 'Failed',
      message: 'one or more objects failed to apply: namespaces "ticketaka" not found',
    },
  },
  unknown: { health: { status: 'Unknown' }, sync: { status: 'Unknown' } },
  new: {},
  unreadable: {
    health: { status: 'Healthy' },
    sync: { status: 'Unknown' },
    conditions: [{ type: 'ComparisonError', message: 'kustomize build failed: no such file' }],
  },
};

export function application(service: string, state: Application, image = digestOf('b')): PlayedObject {
  const summary = { images: [`ghcr.io/ticketaka/${service}:v1@${image}`] };
  return {
    apiVersion,
    kind: 'Application',
    metadata: { name: `prod-${service}`, namespace: 'argocd', labels: labels(service) },
    ...(state !== 'new' && { status: { ...applicationStatus[state], summary } }),
  };
}

type Rollout = 'healthy' | 'canary' | 'waiting' | 'degraded' | 'aborted' | 'unseen' | 'new';

const weights = (weight: number) => ({ weights: { canary: { weight }, stable: { weight: 100 - weight } } });

const rolloutStatus: Readonly<Record<Rollout, object>> = {
  healthy: { phase: 'Healthy', observedGeneration: '3', currentPodHash: 'b', stableRS: 'b', currentStepIndex: 4 },
  canary: {
    phase: 'Progressing',
    observedGeneration: '3',
    currentPodHash: 'b',
    currentStepIndex: 1,
    canary: weights(5),
  },
  waiting: {
    phase: 'Paused',
    message: 'CanaryPauseStep',
    observedGeneration: '3',
    currentPodHash: 'b',
    currentStepIndex: 2,
    pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-01-01T00:00:00Z' }],
    canary: weights(25),
  },
  degraded: { phase: 'Degraded', message: 'ProgressDeadlineExceeded: it timed out', observedGeneration: '3' },
  aborted: {
    phase: 'Degraded',
    abort: true,
    abortedAt: '2026-01-01T00:00:00Z',
    message: 'RolloutAborted: metric "success-rate" assessed Failed due to failed (1) > failureLimit (0)',
    observedGeneration: '3',
    currentPodHash: 'b',
  },
  unseen: { phase: 'Healthy', observedGeneration: '2' },
  new: {},
};

export function rollout(service: string, state: Rollout, image = digestOf('b')): PlayedObject {
  const steps = [{ setWeight: 5 }, { analysis: { templates: [] } }, { pause: {} }, { setWeight: 50 }];
  return {
    apiVersion,
    kind: 'Rollout',
    metadata: { name: `${service}-api`, namespace: 'ticketaka', labels: labels(service), generation: 3 },
    spec: {
      template: { spec: { containers: [{ name: 'app', image: `ghcr.io/ticketaka/${service}:v1@${image}` }] } },
      strategy: { canary: { steps } },
    },
    ...(state !== 'new' && { status: rolloutStatus[state] }),
  };
}

type Run = 'Pending' | 'Running' | 'Successful' | 'Failed' | 'Error' | 'Inconclusive';

export function analysisRun(service: string, phase: Run, hash = 'b'): PlayedObject {
  const failed = phase === 'Failed' ? 1 : 0;
  return {
    apiVersion,
    kind: 'AnalysisRun',
    metadata: {
      name: `${service}-api-${hash}-3-1`,
      namespace: 'ticketaka',
      labels: { 'rollouts-pod-template-hash': hash },
      ownerReferences: [{ apiVersion, kind: 'Rollout', name: `${service}-api`, uid: '1' }],
    },
    status: {
      phase,
      metricResults: [{ name: 'success-rate', phase, successful: 2, failed, measurements: [{ value: '[0.97]' }] }],
    },
  };
}
