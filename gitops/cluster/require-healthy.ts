import { Failure } from '../cli/failure.ts';
import type { PinnedImage } from '../layout/image.ts';
import { Cluster, type ClusterOptions } from './client.ts';
import { judge } from './verdict.ts';
import { readDeployment } from './watch.ts';

/**
 * Makes sure that a cluster runs these images, and well: git may ask for one whose canary was aborted.
 * @throws {Failure} conflict, naming the services that are not healthy; unreachable, denied
 */
export async function requireHealthy(images: ReadonlyMap<string, PinnedImage>, options: ClusterOptions): Promise<void> {
  const cluster = new Cluster(options);
  const selection = { namespace: 'ticketaka', argocdNamespace: 'argocd' };
  const reasons: string[] = [];
  for (const [service, { digest }] of images) {
    const { verdict, items } = judge(await readDeployment(cluster, { ...selection, service }), { digest });
    if (verdict === 'healthy') continue;
    const what = items
      .filter((item) => item.verdict !== 'healthy')
      .map(({ kind, name, state }) => `${kind} ${name}: ${state}`);
    reasons.push(`${service} is ${verdict}${what.length > 0 ? ` (${what.join('; ')})` : ', nothing of it was found'}`);
  }
  if (reasons.length > 0) throw new Failure('conflict', `nothing was promoted: ${reasons.join('\n')}`);
}
