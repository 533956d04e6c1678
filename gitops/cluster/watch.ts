import { Failure } from '../cli/failure.ts';
import type { Cluster } from './client.ts';
import { type Resource, resourcesOf, type Selection } from './kinds.ts';
import { analysisRunSchema, applicationSchema, type Deployment, rolloutSchema } from './objects.ts';

/** What the objects of a deployment are now. @throws {Failure} unreachable, denied */
export async function readDeployment(cluster: Cluster, selection: Selection): Promise<Deployment> {
  const { applications, rollouts, analysisRuns } = resourcesOf(selection);
  const [first, second, third] = await Promise.all(
    [applications, rollouts, analysisRuns].map((each) => cluster.list(each)),
  );
  return parse({ applications: first ?? [], rollouts: second ?? [], analysisRuns: third ?? [] });
}

export interface Watching {
  readonly cluster: Cluster;
  readonly selection: Selection;
  readonly signal: AbortSignal;
  /** Told each time something changed, once everything was seen. True ends the watch. */
  readonly on: (deployment: Deployment) => boolean;
  /** Told when the connection is lost. It is tried again. */
  readonly onTrouble: (message: string) => void;
}

/**
 * Follows a deployment until `on` says that it is enough.
 * @throws {Failure} unreachable or denied, when it cannot even begin
 * @throws the signal's reason, when that is aborted
 */
export async function watchDeployment({ cluster, selection, signal, on, onTrouble }: Watching): Promise<void> {
  const resources: Readonly<Record<keyof Deployment, Resource>> = resourcesOf(selection);
  // Asked once before: what is wrong from the beginning will not mend itself.
  await readDeployment(cluster, selection);
  const seen: Partial<Record<keyof Deployment, readonly unknown[]>> = {};
  const ended = Promise.withResolvers<void>();
  const interrupted = () => ended.reject(signal.reason);
  signal.addEventListener('abort', interrupted, { once: true });
  if (signal.aborted) interrupted();
  await using following = new AsyncDisposableStack();
  following.defer(() => signal.removeEventListener('abort', interrupted));
  for (const name of ['applications', 'rollouts', 'analysisRuns'] as const) {
    following.use(
      cluster.follow(resources[name], {
        change: (objects) => {
          seen[name] = objects;
          const { applications, rollouts, analysisRuns } = seen;
          if (!applications || !rollouts || !analysisRuns) return;
          try {
            if (on(parse({ applications, rollouts, analysisRuns }))) ended.resolve();
          } catch (error) {
            ended.reject(error);
          }
        },
        error: (error) => onTrouble(error instanceof Error ? error.message : String(error)),
      }),
    );
  }
  await ended.promise;
}

function parse(objects: Readonly<Record<keyof Deployment, readonly unknown[]>>): Deployment {
  try {
    return {
      applications: objects.applications.map((object) => applicationSchema.parse(object)),
      rollouts: objects.rollouts.map((object) => rolloutSchema.parse(object)),
      analysisRuns: objects.analysisRuns.map((object) => analysisRunSchema.parse(object)),
    };
  } catch (error) {
    throw new Failure('conflict', `the cluster's objects are not as Argo describes them: ${String(error)}`, {
      cause: error,
    });
  }
}
