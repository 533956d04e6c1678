import { z } from 'zod';

/** The parts of the objects that are read here. Every one may be missing: a controller writes them one by one. */

const metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  generation: z.number().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});

export const applicationSchema = z.looseObject({
  metadata,
  status: z
    .looseObject({
      health: z.looseObject({ status: z.string().optional(), message: z.string().optional() }).optional(),
      sync: z.looseObject({ status: z.string().optional(), revision: z.string().optional() }).optional(),
      operationState: z.looseObject({ phase: z.string().optional(), message: z.string().optional() }).optional(),
      /** The images of all pods that it made, those of the release before too while they last. */
      summary: z.looseObject({ images: z.array(z.string()).optional() }).optional(),
      conditions: z.array(z.looseObject({ type: z.string(), message: z.string().optional() })).optional(),
    })
    .optional(),
});

const runStatus = z.looseObject({ name: z.string().optional(), status: z.string().optional() }).optional();

export const rolloutSchema = z.looseObject({
  metadata,
  spec: z
    .looseObject({
      template: z
        .looseObject({
          spec: z
            .looseObject({ containers: z.array(z.looseObject({ image: z.string().optional() })).optional() })
            .optional(),
        })
        .optional(),
      strategy: z
        .looseObject({
          canary: z.looseObject({ steps: z.array(z.record(z.string(), z.unknown())).optional() }).optional(),
        })
        .optional(),
    })
    .optional(),
  status: z
    .looseObject({
      /** A number, which the controller writes as text. */
      observedGeneration: z.string().optional(),
      phase: z.string().optional(),
      message: z.string().optional(),
      abort: z.boolean().optional(),
      currentStepIndex: z.number().optional(),
      currentPodHash: z.string().optional(),
      pauseConditions: z.array(z.looseObject({ reason: z.string() })).optional(),
      canary: z
        .looseObject({
          weights: z.looseObject({ canary: z.looseObject({ weight: z.number() }).optional() }).optional(),
          currentStepAnalysisRunStatus: runStatus,
          currentBackgroundAnalysisRunStatus: runStatus,
        })
        .optional(),
    })
    .optional(),
});

export const analysisRunSchema = z.looseObject({
  metadata: metadata.extend({
    ownerReferences: z.array(z.looseObject({ kind: z.string(), name: z.string() })).optional(),
  }),
  status: z
    .looseObject({
      phase: z.string().optional(),
      message: z.string().optional(),
      metricResults: z
        .array(
          z.looseObject({
            name: z.string(),
            phase: z.string().optional(),
            successful: z.number().optional(),
            failed: z.number().optional(),
            error: z.number().optional(),
            inconclusive: z.number().optional(),
            measurements: z.array(z.looseObject({ value: z.string().optional() })).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

export type Application = z.output<typeof applicationSchema>;
export type Rollout = z.output<typeof rolloutSchema>;
export type AnalysisRun = z.output<typeof analysisRunSchema>;

/** Everything that tells how a deployment goes, at one moment. */
export interface Deployment {
  readonly applications: readonly Application[];
  readonly rollouts: readonly Rollout[];
  readonly analysisRuns: readonly AnalysisRun[];
}
