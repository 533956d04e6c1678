import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analysisRunSchema, applicationSchema, type Deployment, rolloutSchema } from '../cluster/objects.ts';

interface Recording {
  readonly what: string;
  readonly objects: readonly { readonly kind: string }[];
}

/**
 * What Argo CD 3.5.1 and Argo Rollouts 1.9.1 wrote of the rendered manifests of dev into a real API server, by what it was
 * about. Left out are conditions and parts of specs; a run keeps the last two measurements of each metric.
 */
export const recordings: readonly Recording[] = readFileSync(join(import.meta.dirname, 'recorded.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  // The file is ours, written in this form.
  .map((line) => JSON.parse(line) as Recording);

/** @throws an Error when nothing of this name was recorded */
export function recorded(what: string): Deployment {
  const objects = recordings.find((recording) => recording.what === what)?.objects;
  if (!objects) throw new Error(`'${what}' was not recorded`);
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  return {
    applications: ofKind('Application').map((object) => applicationSchema.parse(object)),
    rollouts: ofKind('Rollout').map((object) => rolloutSchema.parse(object)),
    analysisRuns: ofKind('AnalysisRun').map((object) => analysisRunSchema.parse(object)),
  };
}
