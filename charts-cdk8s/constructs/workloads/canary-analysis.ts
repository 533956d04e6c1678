import {
  AnalysisTemplate,
  type IAnalysisTemplate,
} from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate';
import type { IMetric } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Metric';
import { Construct } from 'constructs';
import type { ClusterEnvironment } from '../../environment.ts';
import { namespace } from '../../names.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { manifest } from '../manifest.ts';
import { type Judgement, judgementsOf, requestsSoFar } from './canary-judgements.ts';
import { smokeJob, smokePathsOf } from './canary-smoke.ts';

export interface CanaryAnalysisProps {
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
}

/** Names of the analyses of a workload's canary. */
export function analysisNames({ name }: WorkloadNode) {
  return { smoke: `${name}-smoke`, verdict: `${name}-verdict`, watch: `${name}-watch` };
}

/**
 * What a new revision must show.
 *
 * The smoke check asks it for its public pages, and looks whether it was this revision that was asked: without the preview
 * route, which the controller may have failed to set, the old one would have answered. The verdict, after each share, wants figures: without any, because
 * nobody came or nothing was measured, it is inconclusive, and the rollout waits for a person. The watch runs beside and
 * minds only bad news, so that quiet minutes stop nothing. Conditions ask first whether there is a result and whether it
 * is a number: an empty one is an error in Argo Rollouts, and a comparison with NaN is false, which would be a failure.
 */
export class CanaryAnalysis extends Construct {
  constructor(scope: Construct, id: string, { workload, environment }: CanaryAnalysisProps) {
    super(scope, id);
    const names = analysisNames(workload);
    const judgements = judgementsOf(workload);
    const metric = (
      judgement: Pick<Judgement, 'name' | 'query'>,
      rest: Omit<IMetric, 'name' | 'provider'>,
    ): IMetric => ({
      name: judgement.name,
      ...rest,
      provider: { prometheus: { address: environment.cluster.prometheus, query: judgement.query } },
    });
    const args = [{ name: 'workload' }, { name: 'hash' }];
    const template = (name: string, { spec }: Pick<IAnalysisTemplate, 'spec'>) =>
      manifest(this, name, new AnalysisTemplate({ metadata: { name, namespace }, spec }));

    if (smokePathsOf(workload).length > 0) {
      const spec = smokeJob(workload, environment);
      template(names.smoke, {
        spec: {
          args,
          metrics: [
            { name: 'smoke', count: 1, failureLimit: 0, provider: { job: { spec } } },
            metric(
              { name: 'reached', query: requestsSoFar },
              {
                interval: '15s',
                // Until it has been scraped, for two minutes at most.
                count: 9,
                consecutiveSuccessLimit: 1,
                failureLimit: 8,
                successCondition: `${measured} && result[0] > 0`,
              },
            ),
          ],
        },
      });
    }
    template(names.verdict, {
      spec: {
        args,
        metrics: judgements.map((judgement) =>
          metric(judgement, {
            // After the requests of the smoke check have been scraped.
            initialDelay: '45s',
            interval: '30s',
            count: 3,
            failureLimit: 0,
            inconclusiveLimit: 1,
            consecutiveErrorLimit: 4,
            successCondition: judgement.required
              ? `${measured} && result[0] ${judgement.good}`
              : `!(${measured}) || result[0] ${judgement.good}`,
            failureCondition: `${measured} && !(result[0] ${judgement.good})`,
          }),
        ),
      },
    });
    template(names.watch, {
      spec: {
        args,
        metrics: judgements.map((judgement) =>
          metric(judgement, {
            interval: '30s',
            // Two bad measurements, so that one odd request among few takes nothing back.
            failureLimit: 1,
            consecutiveErrorLimit: 10,
            successCondition: `!(${measured}) || result[0] ${judgement.good}`,
            failureCondition: `${measured} && !(result[0] ${judgement.good})`,
          }),
        ),
      },
    });
  }
}

const measured = 'len(result) > 0 && !isNaN(result[0])';
