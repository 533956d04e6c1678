import type { ClusterEnvironment } from './environment.ts';

/**
 * The image of a service, all of whose workloads it runs. The tag is one that is never pushed: kustomize puts the digest
 * of what was released in its place, and a manifest that missed this step starts nothing.
 */
export function imageOf(service: string, { cluster }: ClusterEnvironment): string {
  return `${cluster.registry}/${service}:unreleased`;
}
