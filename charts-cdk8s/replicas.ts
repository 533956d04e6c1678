import type { ClusterEnvironment } from './environment.ts';
import type { WorkloadNode } from './topology/topology.ts';

/** How many pods of a workload there are: what it declares, within what the environment allows. */
export function replicasOf(
  { service, name }: WorkloadNode,
  { cluster }: ClusterEnvironment,
): { readonly min: number; readonly max: number } {
  const declared = service.workloads[name.slice(service.name.length + 1)];
  if (!declared) throw new Error(`${name} is not declared`);
  const most = cluster.maxReplicas ?? Number.POSITIVE_INFINITY;
  return { min: Math.min(declared.scale.min, most), max: Math.min(declared.scale.max, most) };
}
