import type { ClusterEnvironment } from './environment.ts';

/** The version that pods say they are until kustomize writes the tag of what was released. */
export const unreleased = 'unreleased';

/** Labels by which people, Kiali and Istio's metrics tell one version from another. Nothing is selected by them. */
export const versionLabels = { 'app.kubernetes.io/version': unreleased, version: unreleased } as const;

/**
 * The image of a service, all of whose workloads it runs. The tag is one that is never pushed: kustomize puts the digest
 * of what was released in its place, and a manifest that missed this step starts nothing.
 */
export function imageOf(service: string, { cluster }: ClusterEnvironment): string {
  return `${cluster.registry}/${service}:${unreleased}`;
}
