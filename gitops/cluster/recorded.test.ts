import { describe, expect, it } from '@jest/globals';
import { recorded, recordings } from '../test/recorded.ts';
import { judge } from './verdict.ts';

/** What is said of each, an item in a line. */
const told: Readonly<Record<string, readonly [verdict: string, ...lines: readonly string[]]>> = {
  'a rollout that came through': ['healthy', 'healthy Rollout Healthy: '],
  'a canary that is shown to a few': [
    'progressing',
    'progressing Rollout Paused: step 9 of 13, 25 % of requests',
    'progressing AnalysisRun Running: p99-milliseconds [99] (8 good); success-rate [1] (8 good)',
    'healthy AnalysisRun Successful: smoke (1 good)',
    'healthy AnalysisRun Successful: smoke (1 good); success-rate [1] (3 good); p99-milliseconds [99] (3 good)',
  ],
  'a canary without figures': [
    'progressing',
    'progressing Rollout Paused: step 7 of 13, 5 % of requests, waits for a person',
    'progressing AnalysisRun Running: p99-milliseconds [] (8 good); success-rate [] (8 good)',
    'healthy AnalysisRun Successful: smoke (1 good)',
    'progressing AnalysisRun Inconclusive: Metric "success-rate" assessed Inconclusive due to inconclusive (2) > inconclusiveLimit (1); smoke (1 good); p99-milliseconds [] (0 good, 2 undecided); success-rate [] (0 good, 2 undecided)',
  ],
  'a canary that is slow': [
    'failed',
    'failed Rollout Aborted: RolloutAborted: Rollout aborted update to revision 2: Background analysis phase error/failed: Metric "p99-milliseconds" assessed Failed due to failed (2) > failureLimit (1)',
    'failed AnalysisRun Failed: Metric "p99-milliseconds" assessed Failed due to failed (2) > failureLimit (1); p99-milliseconds [4931.943887775551] (2 good, 2 bad); success-rate [1] (4 good)',
    'healthy AnalysisRun Successful: smoke (1 good)',
  ],
  'a canary whose smoke check failed': [
    'failed',
    'failed Rollout Aborted: RolloutAborted: Rollout aborted update to revision 3: Step-based analysis phase error/failed: Metric "smoke" assessed Failed due to failed (1) > failureLimit (0)',
    'failed AnalysisRun Failed: Metric "smoke" assessed Failed due to failed (1) > failureLimit (0); reached [60] (1 good); smoke (0 good, 1 bad)',
  ],
  'a canary that its smoke check did not reach': [
    'failed',
    'failed Rollout Aborted: RolloutAborted: Rollout aborted update to revision 3: Step-based analysis phase error/failed: Metric "reached" assessed Failed due to failed (9) > failureLimit (8)',
    'failed AnalysisRun Failed: Metric "reached" assessed Failed due to failed (9) > failureLimit (8); reached [] (0 good, 9 bad); smoke (1 good)',
  ],
  'a canary that never starts': [
    'failed',
    'failed Rollout Aborted: RolloutAborted: Rollout aborted update to revision 2',
  ],
  'a rollout that its controller refuses': [
    'failed',
    'failed Rollout Degraded: InvalidSpec: The Rollout "auth-api" is invalid: spec.strategy.canary.steps[4].analysis.templates: Invalid value: "auth-api-smoke": AnalysisTemplate auth-api-smoke has metric reached which runs indefinitely. Invalid value for count: <nil>',
  ],
  'an application that Argo CD refuses': [
    'failed',
    "failed Application Unknown, Unknown: application destination server 'https://kubernetes.default.svc' and namespace '' do not match any of the allowed destinations in project 'ticketaka'",
  ],
  'an application that is behind git': ['progressing', 'progressing Application Healthy, OutOfSync: '],
  'an application that is being synced': ['progressing', 'progressing Application Progressing, Synced: '],
  'an application whose canary was taken back': ['failed', 'failed Application Degraded, Synced: '],
  'an application that is well': ['healthy', 'healthy Application Healthy, Synced: '],
};

describe('what real controllers wrote', () => {
  it('is told of whole', () => {
    expect(recordings.map(({ what }) => what).toSorted()).toEqual(Object.keys(told).toSorted());
  });

  it.each(Object.entries(told))('%s', (what, [verdict, ...lines]) => {
    const judgement = judge(recorded(what));
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.items.map((item) => `${item.verdict} ${item.kind} ${item.state}: ${item.detail}`)).toEqual(lines);
  });
});
